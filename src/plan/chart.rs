//! Figures by year: a table, and a small bar chart for each figure that has several years.

use serde::Serialize;

use super::Plan;
use crate::fields::{Value, Values};

/// Sizes of a chart, in units of the drawing: a unit is a pixel where there is room.
const HEIGHT: i32 = 170;
const BASE: i32 = 140;
const TALLEST: f64 = 110.0;
const STEP: i32 = 84;
const BAR: i32 = 44;

/// Years that a chart shows; older ones are in the table.
const YEARS: usize = 8;

/// Figures by year.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Figures {
    /// The years, the newest first.
    pub years: Vec<i64>,
    /// A row for each figure.
    pub rows: Vec<FigureRow>,
    /// A chart for each figure that has several years.
    pub charts: Vec<Chart>,
}

/// A figure over the years.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct FigureRow {
    /// What is counted.
    pub name: String,
    /// In what, or empty.
    pub unit: String,
    /// A value for each year, empty where there is none.
    pub values: Vec<String>,
}

/// A bar chart.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Chart {
    /// What is counted, with its unit.
    pub title: String,
    /// All it shows, in words: `2024年5,110人次；2025年7,420人次`.
    pub words: String,
    /// Width of the drawing.
    pub width: i32,
    /// Height of the drawing.
    pub height: i32,
    /// Where bars stand, from the top.
    pub base: i32,
    /// A bar for each year, the oldest first.
    pub bars: Vec<Bar>,
}

/// A bar.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Bar {
    /// The year.
    pub year: i64,
    /// The value, as printed.
    pub value: String,
    /// Left side.
    pub x: i32,
    /// Upper side.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// The middle, where words stand.
    pub middle: i32,
}

/// One value as it was written.
struct Figure<'a> {
    year: i64,
    name: &'a str,
    unit: &'a str,
    value: &'a str,
}

impl Plan<'_> {
    /// The figures of an item, if it has any.
    pub(super) fn figures(&self, i: usize) -> Option<Figures> {
        let item = &self.catalogue.items[i];
        let figures: Vec<Figure<'_>> =
            item.values.records("figures").iter().filter_map(|spot| figure(&spot.value)).collect();
        let mut years: Vec<i64> = figures.iter().map(|figure| figure.year).collect();
        years.sort_unstable_by(|a, b| b.cmp(a));
        years.dedup();
        let mut named: Vec<(&str, &str)> = Vec::new();
        for figure in &figures {
            if !named.contains(&(figure.name, figure.unit)) {
                named.push((figure.name, figure.unit));
            }
        }
        let of = |name: (&str, &str)| figures.iter().filter(|f| (f.name, f.unit) == name).collect::<Vec<_>>();
        let rows = named.iter().map(|name| row(*name, &of(*name), &years)).collect();
        let charts = named.iter().filter_map(|name| chart(*name, of(*name))).collect();
        (!figures.is_empty()).then_some(Figures { years, rows, charts })
    }
}

fn figure(values: &Values) -> Option<Figure<'_>> {
    let Value::Number(value) = &values.get("value")?.value else { return None };
    Some(Figure { year: values.integer("year")?, name: values.text("name"), unit: values.text("unit"), value })
}

fn row((name, unit): (&str, &str), figures: &[&Figure<'_>], years: &[i64]) -> FigureRow {
    let value = |year: &i64| figures.iter().find(|figure| figure.year == *year);
    let values = years.iter().map(|year| value(year).map_or(String::new(), |figure| grouped(figure.value)));
    FigureRow { name: name.into(), unit: unit.into(), values: values.collect() }
}

/// The chart of a figure; `None` for one year, and where a bar has no length.
fn chart((name, unit): (&str, &str), mut figures: Vec<&Figure<'_>>) -> Option<Chart> {
    figures.sort_by_key(|figure| figure.year);
    figures.dedup_by_key(|figure| figure.year);
    let figures = &figures[figures.len().saturating_sub(YEARS)..];
    let lengths: Option<Vec<f64>> =
        figures.iter().map(|figure| figure.value.parse().ok().filter(|n: &f64| *n >= 0.0 && n.is_finite())).collect();
    let lengths = lengths?;
    let most = lengths.iter().copied().fold(0.0, f64::max);
    if figures.len() < 2 || most == 0.0 {
        return None;
    }
    let bar = |(n, (figure, length)): (usize, (&&Figure<'_>, &f64))| {
        let (x, height) = (n as i32 * STEP, (length / most * TALLEST).round().max(1.0) as i32);
        Bar {
            year: figure.year,
            value: grouped(figure.value),
            x: x + (STEP - BAR) / 2,
            y: BASE - height,
            width: BAR,
            height,
            middle: x + STEP / 2,
        }
    };
    let bars: Vec<Bar> = figures.iter().zip(&lengths).enumerate().map(bar).collect();
    let words: Vec<String> = bars.iter().map(|bar| format!("{} {}", bar.year, bar.value)).collect();
    let title = if unit.is_empty() { name.to_owned() } else { format!("{name}（{unit}）") };
    Some(Chart { title, words: words.join("; "), width: STEP * bars.len() as i32, height: HEIGHT, base: BASE, bars })
}

/// `73,880` of `73880`.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_at(number.find('.').unwrap_or(number.len()));
    if whole.len() < 5 || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    let parts: Vec<&str> =
        whole.as_bytes().rchunks(3).rev().filter_map(|part| std::str::from_utf8(part).ok()).collect();
    format!("{}{rest}", parts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(values: &[(i64, &'static str)]) -> Option<Chart> {
        let figures: Vec<Figure<'_>> =
            values.iter().map(|(year, value)| Figure { year: *year, name: "服务", unit: "人次", value }).collect();
        chart(("服务", "人次"), figures.iter().collect())
    }

    #[test]
    fn bars_are_as_long_as_their_values() {
        let chart = figures(&[(2025, "200"), (2023, "50"), (2024, "0")]).unwrap();
        let drawn: Vec<(i64, i32)> = chart.bars.iter().map(|bar| (bar.year, bar.height)).collect();
        assert_eq!(drawn, [(2023, 28), (2024, 1), (2025, 110)]);
        assert_eq!((chart.words.as_str(), chart.title.as_str()), ("2023 50; 2024 0; 2025 200", "服务（人次）"));
        assert!(chart.bars.iter().all(|bar| bar.y + bar.height == chart.base && bar.x + bar.width <= chart.width));
    }

    #[test]
    fn what_cannot_be_drawn_is_not() {
        assert!(figures(&[(2025, "200")]).is_none(), "one year");
        assert!(figures(&[(2024, "0"), (2025, "0")]).is_none(), "nothing");
        assert!(figures(&[(2024, "-3"), (2025, "5")]).is_none(), "less than nothing");
        assert!(figures(&[(2025, "3"), (2025, "5")]).is_none(), "one year twice");
    }

    #[test]
    fn long_numbers_are_grouped() {
        let printed = ["99", "7420", "73880", "1234567.5", "-12345", "12345678"].map(grouped);
        assert_eq!(printed, ["99", "7420", "73,880", "1,234,567.5", "-12345", "12,345,678"]);
    }
}
