//! The middle of what was measured.

use std::time::Duration;

/// The median of `times`; of an even number of them the later one in the middle, and no time of none.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_one_in_the_middle() {
        let [one, two, nine] = [1, 2, 9].map(Duration::from_secs);
        assert_eq!(median(&mut [nine, one, two]), two);
        assert_eq!(median(&mut [nine, one]), nine);
        assert_eq!(median(&mut []), Duration::ZERO);
    }
}
