//! A map of places: outlines and numbered points, drawn from the site's own data, and the list by
//! district beside it. No tile comes from elsewhere, and no two labels lie upon another.

use std::{
    collections::{BTreeMap, BTreeSet},
    f64::consts::TAU,
};

use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::Plan;
use crate::{
    base::path::SitePath,
    diagnostics::{Code, Diagnostic, Place},
    formats::geojson::{self, Outline, Outlines, Position},
    msg,
    source::Files,
};

/// Where a site keeps its outlines.
const FILE: &str = "content/data/map.geojson";

/// Width of a map, in units of the drawing.
const WIDTH: f64 = 1000.0;
/// The tallest and the flattest that a map may be, for its width.
const HEIGHT: (f64, f64) = (500.0, 1600.0);
/// Radius of a numbered point.
const RADIUS: f64 = 26.0;
/// Size of the letters of names.
const LETTERS: f64 = 27.0;
/// Places that a list by district shows; a longer list is paged, without districts.
const MOST: usize = 300;

/// Places by district, and the map where there are outlines.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Districts {
    /// The map, if the site has outlines.
    pub map: Option<Map>,
    /// The districts, in the order of the outlines.
    pub districts: Vec<District>,
}

/// The places of a district.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct District {
    /// Its name; empty for what lies in none.
    pub title: String,
    /// Its places.
    pub places: Vec<Spot>,
}

/// A place in the list.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Spot {
    /// Its number on the map, 0 for none.
    pub number: usize,
    /// Title.
    pub title: String,
    /// Address of its page, relative to the root.
    pub url: String,
    /// Street address, or empty.
    pub address: String,
    /// Telephone, or empty.
    pub telephone: String,
}

/// A drawn map; lengths are units of the drawing.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Map {
    /// Width of the drawing.
    pub width: i32,
    /// Height of the drawing.
    pub height: i32,
    /// Areas as the data of SVG paths.
    pub areas: Vec<String>,
    /// Lines as the data of SVG paths.
    pub lines: Vec<String>,
    /// Names of areas.
    pub names: Vec<Label>,
    /// Points.
    pub points: Vec<Point>,
}

/// Words on a map, in the middle of their place.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Label {
    /// From the left.
    pub x: i32,
    /// From the top, of the line that the letters stand on.
    pub y: i32,
    /// The words.
    pub text: String,
}

/// A numbered point.
#[derive(Serialize, Hash, Debug, Clone)]
pub struct Point {
    /// Its number.
    pub number: usize,
    /// Title.
    pub title: String,
    /// Address of its page, relative to the root.
    pub url: String,
    /// Where it is: from the left, from the top.
    pub at: (i32, i32),
    /// Where its number stands, beside it where others are near.
    pub mark: (i32, i32),
    /// Whether there was room for its number.
    pub numbered: bool,
    /// Its name beside the number, where there is room.
    pub name: Option<Label>,
}

/// The outlines of a site; without a file there are none.
pub(super) fn outlines(
    files: &dyn Files,
    known: &BTreeSet<SitePath>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Outlines> {
    let path = known.iter().find(|path| path.as_str() == FILE)?;
    let read = files.text(path).ok_or_else(|| "the file cannot be read".to_owned());
    match read.and_then(|text| geojson::outlines(&text)) {
        Ok(outlines) => Some(outlines).filter(|outlines| !outlines.areas.is_empty()),
        Err(why) => {
            let message = msg!("地图的轮廓读不懂：{why}", "the outlines of the map cannot be read: {why}");
            let problem = Diagnostic::new(Code::MapUnreadable, Place::File(path.clone()), message);
            problems.push(problem.help(msg!(
                "用地图软件另存为 GeoJSON，坐标先经度后纬度；修好以前，只按地区列出来",
                "save it as GeoJSON, longitude before latitude; until then there is a list by district only"
            )));
            None
        }
    }
}

impl Plan<'_> {
    /// The places of a kind by district; `None` for a kind most of whose items are at no place of
    /// their own, and for one with too many.
    pub(super) fn districts(&self, items: &[usize]) -> Option<Districts> {
        let placed = items.iter().filter(|i| self.own_position(**i).is_some()).count();
        if placed < 2 || placed * 2 < items.len() || items.len() > MOST {
            return None;
        }
        let frame = self.outlines.as_ref().and_then(Frame::new);
        let mut number = 0;
        let mut spots = Vec::new();
        let districts = self.by_district(items).into_iter().map(|(title, items)| {
            let mut spot = |i: usize| {
                let at = frame.as_ref().zip(self.own_position(i)).and_then(|(frame, at)| frame.place(at));
                number += usize::from(at.is_some());
                let spot = self.spot(i, if at.is_some() { number } else { 0 });
                spots.extend(at.map(|at| (spot.clone(), at)));
                spot
            };
            District { title, places: items.into_iter().map(&mut spot).collect() }
        });
        let districts = districts.collect();
        let map = self.outlines.as_ref().zip(frame).map(|(outlines, frame)| frame.draw(outlines, &spots));
        Some(Districts { map, districts })
    }

    /// Items by district, in the order of the outlines; what lies in none comes last.
    fn by_district(&self, items: &[usize]) -> Vec<(String, Vec<usize>)> {
        let mut groups: BTreeMap<(usize, String), Vec<usize>> = BTreeMap::new();
        for &i in items {
            groups.entry(self.district(i)).or_default().push(i);
        }
        groups.into_iter().map(|((_, title), items)| (title, items)).collect()
    }

    /// The area that an item lies in, else the district that its street address begins with.
    fn district(&self, i: usize) -> (usize, String) {
        let areas = self.outlines.as_ref().map_or(&[][..], |outlines| &outlines.areas);
        let at = self.own_position(i);
        if let Some(area) = at.and_then(|at| areas.iter().position(|area| area.holds(at))) {
            return (area, areas[area].name.clone());
        }
        let address = self.catalogue.items[i].values.record("place").map_or("", |place| place.text("address"));
        let district = district_of(address);
        (if district.is_empty() { usize::MAX } else { areas.len() }, district.to_owned())
    }

    fn spot(&self, i: usize, number: usize) -> Spot {
        let item = &self.catalogue.items[i];
        Spot {
            number,
            title: item.title.clone(),
            url: self.catalogue.addresses.item(i).to_owned(),
            address: item.values.record("place").map_or("", |place| place.text("address")).to_owned(),
            telephone: item.values.text("telephone").to_owned(),
        }
    }

    /// Longitude and latitude that an item itself tells.
    fn own_position(&self, i: usize) -> Option<Position> {
        self.catalogue.items[i].values.record("place")?;
        let (latitude, longitude) = self.coordinates(i)?;
        Some((longitude.parse().ok()?, latitude.parse().ok()?))
    }

    /// The items whose own coordinates lie off the site's map.
    pub fn off_the_map(&self) -> Vec<usize> {
        let Some(frame) = self.outlines.as_ref().and_then(Frame::new) else { return Vec::new() };
        let off = |i: &usize| self.own_position(*i).is_some_and(|at| frame.place(at).is_none());
        (0..self.catalogue.items.len()).filter(off).collect()
    }
}

/// 示例区 of 示例区示例路18号; empty where an address begins with none.
fn district_of(address: &str) -> &str {
    let end = address.char_indices().skip(1).take(8).find(|(_, c)| matches!(c, '区' | '县' | '镇'));
    end.map_or("", |(at, c)| &address[..at + c.len_utf8()])
}

/// The part of the earth that a map shows, flat.
struct Frame {
    west: f64,
    north: f64,
    /// Units for a degree of longitude and of latitude.
    scale: (f64, f64),
    height: f64,
}

impl Frame {
    fn new(outlines: &Outlines) -> Option<Self> {
        let positions = || outlines.areas.iter().flat_map(|area| area.parts.iter().flatten());
        let bounds = |of: fn(&Position) -> f64| {
            positions().map(of).fold((f64::MAX, f64::MIN), |(least, most), n| (least.min(n), most.max(n)))
        };
        let ((west, east), (south, north)) = (bounds(|at| at.0), bounds(|at| at.1));
        let (wide, tall) = (east - west, north - south);
        if wide <= 0.0 || tall <= 0.0 {
            return None;
        }
        let x = WIDTH / wide;
        // At one latitude a degree of longitude is shorter than one of latitude.
        let y = x / ((south + north) / 2.0).to_radians().cos().max(0.1);
        let height = (tall * y).clamp(HEIGHT.0, HEIGHT.1);
        Some(Self { west, north, scale: (x, height / tall), height })
    }

    /// Where a position is drawn; `None` off the map.
    fn place(&self, at: Position) -> Option<(f64, f64)> {
        let (x, y) = self.project(at);
        ((0.0..=WIDTH).contains(&x) && (0.0..=self.height).contains(&y)).then_some((x, y))
    }

    fn project(&self, (longitude, latitude): Position) -> (f64, f64) {
        ((longitude - self.west) * self.scale.0, (self.north - latitude) * self.scale.1)
    }

    fn draw(&self, outlines: &Outlines, spots: &[(Spot, (f64, f64))]) -> Map {
        let mut room = Room { width: WIDTH, height: self.height, taken: Vec::new() };
        // Points first: what else there is gives way to them.
        let marks: Vec<Option<(f64, f64)>> = spots.iter().map(|(_, at)| room.mark(*at)).collect();
        let names = outlines.areas.iter().filter_map(|area| room.area(&area.name, self.middle(area)?)).collect();
        let points = spots.iter().zip(marks).map(|((spot, at), mark)| {
            let name = mark.and_then(|mark| room.name(&spot.title, mark));
            let (numbered, at, mark) = (mark.is_some(), round(*at), round(mark.unwrap_or(*at)));
            Point { number: spot.number, title: spot.title.clone(), url: spot.url.clone(), at, mark, numbered, name }
        });
        Map {
            width: WIDTH as i32,
            height: self.height.round() as i32,
            points: points.collect(),
            areas: outlines.areas.iter().map(|area| self.path(area, "Z")).collect(),
            lines: outlines.lines.iter().map(|line| self.path(line, "")).collect(),
            names,
        }
    }

    /// The data of a path; points nearer than a unit are one.
    fn path(&self, outline: &Outline, end: &str) -> String {
        let part = |part: &Vec<Position>| {
            let mut points: Vec<(i32, i32)> = part.iter().map(|at| round(self.project(*at))).collect();
            points.dedup();
            let points: Vec<String> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
            format!("M{}{end}", points.join(" "))
        };
        outline.parts.iter().filter(|part| part.len() > 1).map(part).collect()
    }

    /// The middle of the largest ring of an area.
    fn middle(&self, area: &Outline) -> Option<(f64, f64)> {
        let rings = area.parts.iter().map(|ring| ring.iter().map(|at| self.project(*at)).collect::<Vec<_>>());
        let (size, middle) = rings.map(|ring| centroid(&ring)).max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()))?;
        (size != 0.0).then_some(middle)
    }
}

/// Twice the area of a ring, and its centre of mass.
fn centroid(ring: &[(f64, f64)]) -> (f64, (f64, f64)) {
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for ((ax, ay), (bx, by)) in ring.iter().copied().zip(ring.iter().copied().skip(1)) {
        let cross = ax * by - bx * ay;
        (area, x, y) = (area + cross, x + (ax + bx) * cross, y + (ay + by) * cross);
    }
    (area, (x / (3.0 * area), y / (3.0 * area)))
}

fn round((x, y): (f64, f64)) -> (i32, i32) {
    (x.round() as i32, y.round() as i32)
}

/// Left, top, right, bottom.
type Box4 = (f64, f64, f64, f64);

/// What of a drawing is taken by labels.
struct Room {
    width: f64,
    height: f64,
    taken: Vec<Box4>,
}

impl Room {
    /// Takes the place of a box if it is free.
    fn take(&mut self, own: Box4) -> bool {
        let inside = own.0 >= 0.0 && own.1 >= 0.0 && own.2 <= self.width && own.3 <= self.height;
        let apart = |other: &Box4| own.2 <= other.0 || other.2 <= own.0 || own.3 <= other.1 || other.3 <= own.1;
        let free = inside && self.taken.iter().all(apart);
        if free {
            self.taken.push(own);
        }
        free
    }

    /// The middle of a number: at its point, else as near as there is room.
    fn mark(&mut self, at: (f64, f64)) -> Option<(f64, f64)> {
        let clear = RADIUS + 2.0;
        let around = (0..20).flat_map(|ring| {
            let turns = if ring == 0 { 1 } else { 8 + 4 * ring };
            (0..turns).map(move |turn| (f64::from(ring), TAU * f64::from(turn) / f64::from(turns)))
        });
        let mut spots = around.map(|(ring, angle)| {
            let away = ring * RADIUS;
            let within = |n: f64, most: f64| n.clamp(clear, most - clear);
            (within(at.0 + away * angle.cos(), self.width), within(at.1 + away * angle.sin(), self.height))
        });
        let spots: Vec<(f64, f64)> = spots.by_ref().collect();
        spots.into_iter().find(|(x, y)| self.take((x - clear, y - clear, x + clear, y + clear)))
    }

    /// The name of an area near its middle, if there is room.
    fn area(&mut self, text: &str, (x, y): (f64, f64)) -> Option<Label> {
        let steps = [0.0, 1.0, -1.0, 2.0, -2.0, 3.0, -3.0];
        let beside = [0.0, -2.0, 2.0, -4.0, 4.0];
        let spots = steps.iter().flat_map(|down| beside.map(|right| (x + right * LETTERS, y + down * LETTERS * 1.4)));
        self.label(text, spots.collect())
    }

    /// A name right of its number, left, below or above, if there is room.
    fn name(&mut self, text: &str, (x, y): (f64, f64)) -> Option<Label> {
        let (half, line) = (length(text) / 2.0 + RADIUS + 6.0, RADIUS + LETTERS * 0.7);
        self.label(text, vec![(x + half, y), (x - half, y), (x, y + line), (x, y - line)])
    }

    fn label(&mut self, text: &str, spots: Vec<(f64, f64)>) -> Option<Label> {
        if text.is_empty() {
            return None;
        }
        let (half, line) = (length(text) / 2.0 + 3.0, LETTERS * 0.6);
        let (x, y) = spots.into_iter().find(|(x, y)| self.take((x - half, y - line, x + half, y + line)))?;
        let (x, y) = round((x, y + LETTERS * 0.35));
        Some(Label { x, y, text: text.to_owned() })
    }
}

/// How long words are, in units of the drawing: a wide letter is as wide as it is high.
fn length(text: &str) -> f64 {
    text.width() as f64 * LETTERS * 0.52
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_never_lie_upon_another() {
        let mut room = Room { width: WIDTH, height: 700.0, taken: Vec::new() };
        // All at one corner: a building with forty rooms.
        let marks: Vec<_> = (0..40).map(|n| room.mark((5.0 + f64::from(n % 3), 690.0))).collect();
        let placed: Vec<(f64, f64)> = marks.iter().copied().flatten().collect();
        assert!(placed.len() > 30, "{}", placed.len());
        placed.iter().for_each(|mark| drop(room.name("示例党群服务站", *mark)));
        assert!(room.area("示例片区", (30.0, 650.0)).is_none_or(|label| label.text == "示例片区"));
        let apart = |a: &Box4, b: &Box4| a.2 <= b.0 || b.2 <= a.0 || a.3 <= b.1 || b.3 <= a.1;
        for (n, one) in room.taken.iter().enumerate() {
            assert!(one.0 >= 0.0 && one.1 >= 0.0 && one.2 <= WIDTH && one.3 <= 700.0, "{one:?} is outside");
            assert!(room.taken[n + 1..].iter().all(|other| apart(one, other)), "{one:?}");
        }
    }

    #[test]
    fn a_point_alone_stands_at_its_place() {
        let mut room = Room { width: WIDTH, height: 700.0, taken: Vec::new() };
        assert_eq!(room.mark((400.0, 300.0)), Some((400.0, 300.0)));
        assert_ne!(room.mark((400.0, 300.0)), Some((400.0, 300.0)));
    }

    #[test]
    fn districts_are_read_off_addresses() {
        let read = ["示例区示例路18号", "上海市静安区石门二路", "示例路100号", "", "区"].map(district_of);
        assert_eq!(read, ["示例区", "上海市静安区", "", "", ""]);
    }
}
