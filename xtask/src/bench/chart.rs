//! A chart of curves, as SVG.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::{
    coord::ranged1d::{AsRangedCoord, ValueFormatter},
    prelude::*,
};

use super::grouped::grouped;

/// A curve.
#[derive(Debug, Clone)]
pub(super) struct Curve {
    pub(super) name: String,
    pub(super) points: Vec<(f64, f64)>,
}

/// Curves over one axis, of which each step is ten times the one before.
#[derive(Debug)]
pub(super) struct Chart<'a> {
    pub(super) title: &'a str,
    pub(super) across: &'a str,
    pub(super) up: &'a str,
    pub(super) is_logarithmic: bool,
    pub(super) curves: Vec<Curve>,
}

const SIZE: (u32, u32) = (860, 440);
const COLOURS: [RGBColor; 6] = [
    RGBColor(31, 119, 180),
    RGBColor(214, 96, 30),
    RGBColor(44, 140, 60),
    RGBColor(190, 40, 60),
    RGBColor(120, 80, 170),
    RGBColor(110, 110, 110),
];

impl Chart<'_> {
    /// Writes it to `file`.
    ///
    /// # Errors
    ///
    /// When there is nothing to draw, or the file cannot be written.
    pub(super) fn write(&self, file: &Path) -> Result<()> {
        let points = || self.curves.iter().flat_map(|curve| &curve.points);
        let (left, right) = bounds(points().map(|point| point.0)).ok_or_else(|| anyhow!("there is nothing to draw"))?;
        let (_, top) = bounds(points().map(|point| point.1)).ok_or_else(|| anyhow!("there is nothing to draw"))?;
        let drawn = if self.is_logarithmic {
            self.draw(file, (left..right).log_scale(), top)
        } else {
            self.draw(file, left..right, top)
        };
        drawn.map_err(|reason| anyhow!("could not draw {}: {reason}", file.display()))
    }

    fn draw<X>(&self, file: &Path, across: X, top: f64) -> Result<(), String>
    where
        X: AsRangedCoord<Value = f64>,
        X::CoordDescType: ValueFormatter<f64>,
    {
        let area = SVGBackend::new(file, SIZE).into_drawing_area();
        let failed = |error: &dyn std::fmt::Display| error.to_string();
        area.fill(&WHITE).map_err(|error| failed(&error))?;
        let mut chart = ChartBuilder::on(&area)
            .caption(self.title, ("sans-serif", 20))
            .margin(14)
            // Half of the last number stands beyond the end of the axis.
            .margin_right(40)
            .x_label_area_size(44)
            .y_label_area_size(60)
            .build_cartesian_2d(across, 0.0..top * 1.25)
            .map_err(|error| failed(&error))?;
        chart
            .configure_mesh()
            .x_desc(self.across)
            .y_desc(self.up)
            .x_label_formatter(&|x| grouped(&format!("{x:.0}"), '\u{2009}'))
            .y_label_formatter(&|y| format!("{y:.1}"))
            .light_line_style(TRANSPARENT)
            .draw()
            .map_err(|error| failed(&error))?;
        for (curve, colour) in self.curves.iter().zip(COLOURS.iter().cycle()) {
            let line = LineSeries::new(curve.points.iter().copied(), colour.stroke_width(2));
            chart
                .draw_series(line)
                .map_err(|error| failed(&error))?
                .label(&curve.name)
                .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(2)));
            let dots = curve.points.iter().map(|point| Circle::new(*point, 3, colour.filled()));
            chart.draw_series(dots).map_err(|error| failed(&error))?;
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(WHITE.mix(0.85))
            .border_style(RGBColor(200, 200, 200))
            .label_font(("sans-serif", 13))
            .draw()
            .map_err(|error| failed(&error))?;
        area.present().map_err(|error| failed(&error))
    }
}

fn bounds(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values.fold(None, |bounds, value| {
        let (least, most) = bounds.unwrap_or((value, value));
        Some((value.min(least), value.max(most)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_curve_is_drawn_and_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.svg");
        let curve = |name: &str| Curve { name: name.to_owned(), points: vec![(1e3, 1.0), (1e6, 1.5)] };
        let curves = vec![curve("one"), curve("other")];
        Chart { title: "A title", across: "rows", up: "cost", is_logarithmic: true, curves }.write(&file).unwrap();
        let svg = std::fs::read_to_string(&file).unwrap();
        for text in ["A title", "rows", "cost", "one", "other", "1\u{2009}000\u{2009}000"] {
            assert!(svg.contains(text), "{text} is missing");
        }
        assert_eq!(svg.matches("<circle").count(), 4, "a dot for each point");
    }

    #[test]
    fn nothing_is_not_drawn() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let empty = Chart { title: "", across: "", up: "", is_logarithmic: false, curves: Vec::new() };
        assert!(empty.write(file.path()).is_err());
    }
}
