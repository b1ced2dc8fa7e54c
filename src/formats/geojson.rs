//! Outlines out of GeoJSON (RFC 7946): areas and lines with their names, in degrees.

use serde_json::Value;

/// Longitude and latitude, in degrees.
pub type Position = (f64, f64);

/// What a file of outlines holds.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Outlines {
    /// Areas, in the order of the file.
    pub areas: Vec<Outline>,
    /// Lines: rivers, roads.
    pub lines: Vec<Outline>,
}

/// An area or a line.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Outline {
    /// `name` of its properties, or empty.
    pub name: String,
    /// Rings of an area, or the parts of a line.
    pub parts: Vec<Vec<Position>>,
}

impl Outline {
    /// Whether a position lies within the area: it crosses its rings an odd number of times.
    pub fn holds(&self, (x, y): Position) -> bool {
        let crosses = |((ax, ay), (bx, by)): (Position, Position)| {
            (ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
        };
        let edges = self.parts.iter().flat_map(|ring| ring.iter().copied().zip(ring.iter().copied().skip(1)));
        edges.filter(|edge| crosses(*edge)).count() % 2 == 1
    }
}

/// Reads a feature collection, or one feature.
///
/// # Errors
/// What is wrong with it, in a few words of the format.
pub fn outlines(text: &str) -> Result<Outlines, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let mut outlines = Outlines::default();
    match value["type"].as_str() {
        Some("FeatureCollection") => {
            let features = value["features"].as_array().ok_or("no `features`")?;
            features.iter().try_for_each(|feature| add(&mut outlines, feature))?;
        }
        Some("Feature") => add(&mut outlines, &value)?,
        _ => return Err("no `FeatureCollection`".into()),
    }
    Ok(outlines)
}

fn add(outlines: &mut Outlines, feature: &Value) -> Result<(), String> {
    let name = feature["properties"]["name"].as_str().unwrap_or_default().to_owned();
    let geometry = &feature["geometry"];
    let (kind, coordinates) = (geometry["type"].as_str().unwrap_or_default(), &geometry["coordinates"]);
    let parts = match kind {
        "Polygon" | "MultiLineString" => lines(coordinates)?,
        "MultiPolygon" => array(coordinates)?.iter().map(lines).collect::<Result<Vec<_>, _>>()?.concat(),
        "LineString" => vec![line(coordinates)?],
        // Points and what else there may be draw no outline.
        _ => return Ok(()),
    };
    let to = if kind.ends_with("Polygon") { &mut outlines.areas } else { &mut outlines.lines };
    to.push(Outline { name, parts });
    Ok(())
}

fn lines(value: &Value) -> Result<Vec<Vec<Position>>, String> {
    array(value)?.iter().map(line).collect()
}

fn line(value: &Value) -> Result<Vec<Position>, String> {
    array(value)?.iter().map(position).collect()
}

fn position(value: &Value) -> Result<Position, String> {
    let degrees = |n: usize, most: f64| value[n].as_f64().filter(|number| number.abs() <= most);
    degrees(0, 180.0).zip(degrees(1, 90.0)).ok_or_else(|| format!("no longitude and latitude: {value}"))
}

fn array(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| format!("no list of coordinates: {value}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: &str = r#"{"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "A"}, "geometry": {"type": "Polygon", "coordinates":
            [[[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]], [[1, 1], [2, 1], [2, 2], [1, 2], [1, 1]]]}},
        {"type": "Feature", "properties": null, "geometry": {"type": "MultiPolygon", "coordinates":
            [[[[5, 0], [6, 0], [6, 1], [5, 0]]], [[[7, 0], [8, 0], [8, 1], [7, 0]]]]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[0, 0], [4, 4, 12]]}},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [0, 0]}}]}"#;

    #[test]
    fn areas_and_lines_are_read() {
        let read = outlines(SQUARE).unwrap();
        assert_eq!(read.areas.iter().map(|area| area.parts.len()).collect::<Vec<_>>(), [2, 2]);
        assert_eq!((read.areas[0].name.as_str(), read.areas[1].name.as_str()), ("A", ""));
        assert_eq!(read.lines[0].parts, [vec![(0.0, 0.0), (4.0, 4.0)]]);
    }

    #[test]
    fn a_hole_is_outside() {
        let area = &outlines(SQUARE).unwrap().areas[0];
        assert!(area.holds((3.0, 3.0)) && area.holds((0.5, 1.5)));
        assert!(!area.holds((1.5, 1.5)) && !area.holds((4.5, 1.0)) && !area.holds((-1.0, 2.0)));
    }

    #[test]
    fn what_is_no_outline_is_refused() {
        let of = |geometry: &str| outlines(&format!(r#"{{"type": "Feature", "geometry": {geometry}}}"#)).is_err();
        for wrong in ["", "[]", "{}", r#"{"type": "FeatureCollection"}"#, "null"] {
            assert!(outlines(wrong).is_err(), "{wrong}");
        }
        assert!(of(r#"{"type": "Polygon", "coordinates": [[[31.2, 121.4], [1, 2]]]}"#), "latitude before longitude");
        assert!(of(r#"{"type": "LineString", "coordinates": [["a", 2]]}"#));
        assert!(of(r#"{"type": "LineString", "coordinates": 1}"#));
        assert!(!of("null"));
    }
}
