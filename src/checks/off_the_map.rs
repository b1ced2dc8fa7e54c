//! Places whose coordinates lie outside the site's map. The page: `off_the_map.md`.

use crate::{
    diagnostics::{Code, Diagnostic},
    msg,
    plan::Plan,
};

/// Looks at the items that tell where they are, on a site that has outlines.
pub(super) fn check(plan: &Plan<'_>, problems: &mut Vec<Diagnostic>) {
    for i in plan.off_the_map() {
        let item = &plan.catalogue.items[i];
        let (latitude, longitude) = plan.coordinates(i).unwrap_or_default();
        let message = msg!(
            "坐标（纬度 {latitude}，经度 {longitude}）不在地图的轮廓里",
            "latitude {latitude}, longitude {longitude} lies outside the outlines of the map"
        );
        let swapped = latitude.parse::<f64>().is_ok_and(|degrees| degrees.abs() > 90.0);
        let help = if swapped {
            msg!(
                "写反了：latitude: {longitude}, longitude: {latitude}",
                "they are exchanged: latitude: {longitude}, longitude: {latitude}"
            )
        } else {
            msg!(
                "核对一下数字；真在外面，就把 content/data/map.geojson 的轮廓画大",
                "look at the digits; if it is there, draw wider outlines in content/data/map.geojson"
            )
        };
        let place = item.place(item.values.at("place"));
        problems.push(Diagnostic::new(Code::OffTheMap, place, message).help(help));
    }
}
