//! Numbers that are read by people.

/// The digits of a whole number, with `separator` between thousands.
pub(super) fn grouped(digits: &str, separator: char) -> String {
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(separator);
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let of = |digits| grouped(digits, ',');
        assert_eq!(["1", "999", "1000", "123456", "1234567"].map(of), ["1", "999", "1,000", "123,456", "1,234,567"]);
    }
}
