//! Structured data for search engines (<https://schema.org>), as JSON-LD.
//!
//! Each function makes one value without a context; [`script`] puts them into one document.

/// An article.
#[derive(Clone, Hash, Debug, Default)]
pub struct NewsArticle<'a> {
    /// Full address.
    pub url: &'a str,
    /// Title.
    pub headline: &'a str,
    /// Summary, may be empty.
    pub description: &'a str,
    /// Full addresses of pictures.
    pub images: Vec<&'a str>,
    /// Moment of publication, RFC 3339.
    pub published: &'a str,
    /// Moment of the last change, RFC 3339.
    pub modified: &'a str,
    /// Who wrote it.
    pub author: Option<Author<'a>>,
    /// Who publishes it.
    pub publisher: Organization<'a>,
    /// Its column's title, may be empty.
    pub section: &'a str,
    /// Language tag.
    pub lang: &'a str,
    /// What it is about.
    pub keywords: Vec<&'a str>,
}

/// Who wrote something.
#[derive(Clone, Copy, Hash, Debug)]
pub enum Author<'a> {
    /// A person, or a person's role.
    Person(&'a str),
    /// An office, a unit.
    Organization(&'a str),
}

/// The host of a site, or a unit. Empty strings are left out.
#[derive(Clone, Copy, Hash, Debug, Default)]
pub struct Organization<'a> {
    /// Name.
    pub name: &'a str,
    /// Full address of its page.
    pub url: &'a str,
    /// Full address of its picture.
    pub logo: &'a str,
    /// Telephone.
    pub telephone: &'a str,
    /// Mail address.
    pub email: &'a str,
    /// Street address.
    pub address: &'a str,
    /// What it is part of.
    pub parent: Option<Named<'a>>,
}

/// A site.
#[derive(Clone, Copy, Hash, Debug, Default)]
pub struct WebSite<'a> {
    /// Name.
    pub name: &'a str,
    /// Full address.
    pub url: &'a str,
    /// One sentence, may be empty.
    pub description: &'a str,
    /// Language tag.
    pub lang: &'a str,
    /// Full address of the search page, to which `?q=…` is added; empty without one.
    pub search_url: &'a str,
}

/// Something that takes place. Empty strings are left out; moments are RFC 3339 with the offset,
/// whole days dates.
#[derive(Clone, Hash, Debug, Default)]
pub struct Event<'a> {
    /// Which sort of event.
    pub sort: EventSort,
    /// Full address.
    pub url: &'a str,
    /// Title.
    pub name: &'a str,
    /// Summary.
    pub description: &'a str,
    /// Full addresses of pictures.
    pub images: Vec<&'a str>,
    /// The beginning.
    pub start: &'a str,
    /// The end.
    pub end: &'a str,
    /// When it would have begun, of what was moved.
    pub previous_start: &'a str,
    /// Whether it takes place.
    pub status: EventStatus,
    /// Where.
    pub place: Option<Place<'a>>,
    /// Full address of its live stream.
    pub live: &'a str,
    /// Who holds it.
    pub organizer: Option<Organization<'a>>,
    /// How to take part.
    pub offer: Option<Offer<'a>>,
    /// What it is part of.
    pub part_of: Option<Named<'a>>,
    /// Its dates or parts.
    pub parts: Vec<Event<'a>>,
    /// Language tag.
    pub lang: &'a str,
}

/// Sorts of events.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum EventSort {
    /// Once.
    #[default]
    Event,
    /// Again and again.
    Series,
    /// A meeting of a course.
    CourseInstance,
}

/// Whether an event takes place.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum EventStatus {
    /// As it was said.
    #[default]
    Scheduled,
    /// At another time.
    Rescheduled,
    /// Later; nobody knows when.
    Postponed,
    /// Not at all.
    Cancelled,
}

/// Something that has a name and a page.
#[derive(Clone, Copy, Hash, Debug, Default)]
pub struct Named<'a> {
    /// Name.
    pub name: &'a str,
    /// Full address.
    pub url: &'a str,
}

/// A place. Empty strings are left out.
#[derive(Clone, Copy, Hash, Debug, Default)]
pub struct Place<'a> {
    /// Name.
    pub name: &'a str,
    /// Full address of its page.
    pub url: &'a str,
    /// Street address.
    pub address: &'a str,
    /// Telephone.
    pub telephone: &'a str,
    /// Latitude and longitude, as written.
    pub geo: Option<(&'a str, &'a str)>,
    /// What it lies in.
    pub within: Option<Named<'a>>,
}

/// How to take part.
#[derive(Clone, Copy, Hash, Debug, Default)]
pub struct Offer<'a> {
    /// Full address to sign up at.
    pub url: &'a str,
    /// The price in yuan, as a number; empty where nobody knows.
    pub price: &'a str,
    /// Until when, RFC 3339.
    pub until: &'a str,
    /// Whether all places are taken.
    pub sold_out: bool,
}

/// A course.
#[derive(Clone, Hash, Debug, Default)]
pub struct Course<'a> {
    /// Full address.
    pub url: &'a str,
    /// Title.
    pub name: &'a str,
    /// Summary.
    pub description: &'a str,
    /// Its code in the menu.
    pub code: &'a str,
    /// Who offers it.
    pub provider: Option<Organization<'a>>,
    /// Its meetings.
    pub instances: Vec<Event<'a>>,
    /// Language tag.
    pub lang: &'a str,
}

/// A post.
#[derive(Clone, Hash, Debug, Default)]
pub struct JobPosting<'a> {
    /// Full address.
    pub url: &'a str,
    /// Title.
    pub title: &'a str,
    /// What it is.
    pub description: &'a str,
    /// Moment of publication.
    pub posted: &'a str,
    /// Last moment to apply.
    pub until: &'a str,
    /// `INTERN`, `VOLUNTEER` or empty.
    pub employment: &'a str,
    /// How many posts; 0 where nobody says.
    pub openings: u32,
    /// Who offers it.
    pub organization: Organization<'a>,
    /// Where.
    pub place: Option<Place<'a>>,
}

/// A node of the graph, written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node(String);

/// A `NewsArticle`.
pub fn news_article(article: &NewsArticle<'_>) -> Node {
    let mut node = Writer::typed("NewsArticle");
    node.text("headline", article.headline);
    node.text("description", article.description);
    node.text("url", article.url);
    node.text("mainEntityOfPage", article.url);
    node.texts("image", &article.images);
    node.text("datePublished", article.published);
    node.text("dateModified", article.modified);
    if let Some(author) = article.author {
        let (kind, name) = match author {
            Author::Person(name) => ("Person", name),
            Author::Organization(name) => ("Organization", name),
        };
        let mut inner = Writer::typed(kind);
        inner.text("name", name);
        node.node("author", &inner.finish());
    }
    node.node("publisher", &organization(&article.publisher));
    node.text("articleSection", article.section);
    node.text("inLanguage", article.lang);
    node.texts("keywords", &article.keywords);
    node.finish()
}

/// A `BreadcrumbList` of names and full addresses, from the home page down.
pub fn breadcrumbs(trail: &[(&str, &str)]) -> Node {
    let mut list = Writer::typed("BreadcrumbList");
    list.out.push_str(",\"itemListElement\":[");
    for (i, (name, url)) in trail.iter().enumerate() {
        let mut step = Writer::typed("ListItem");
        step.out.push_str(&format!(",\"position\":{}", i + 1));
        step.text("name", name);
        // The range of `item` is a Thing, not an address.
        step.key("item");
        step.out.push_str("{\"@id\":");
        push_string(&mut step.out, url);
        step.out.push('}');
        list.out.push_str(if i == 0 { "" } else { "," });
        list.out.push_str(&step.finish().0);
    }
    list.out.push(']');
    list.finish()
}

/// An `Organization`.
pub fn organization(organization: &Organization<'_>) -> Node {
    let mut node = Writer::typed("Organization");
    node.text("name", organization.name);
    node.text("url", organization.url);
    node.text("logo", organization.logo);
    node.text("telephone", organization.telephone);
    node.text("email", organization.email);
    node.text("address", organization.address);
    if let Some(parent) = organization.parent {
        node.node("parentOrganization", &named("Organization", parent));
    }
    node.finish()
}

/// An `Event`, an `EventSeries` or a `CourseInstance`.
pub fn event(event: &Event<'_>) -> Node {
    let mut node = Writer::typed(match event.sort {
        EventSort::Event => "Event",
        EventSort::Series => "EventSeries",
        EventSort::CourseInstance => "CourseInstance",
    });
    node.text("name", event.name);
    node.text("description", event.description);
    node.text("url", event.url);
    node.texts("image", &event.images);
    node.text("startDate", event.start);
    node.text("endDate", event.end);
    node.text("previousStartDate", event.previous_start);
    node.text(
        "eventStatus",
        match event.status {
            EventStatus::Scheduled => "https://schema.org/EventScheduled",
            EventStatus::Rescheduled => "https://schema.org/EventRescheduled",
            EventStatus::Postponed => "https://schema.org/EventPostponed",
            EventStatus::Cancelled => "https://schema.org/EventCancelled",
        },
    );
    if event.sort == EventSort::CourseInstance {
        node.text("courseMode", if event.live.is_empty() { "onsite" } else { "online" });
    }
    attendance(&mut node, event);
    if let Some(organizer) = &event.organizer {
        node.node("organizer", &organization(organizer));
    }
    if let Some(own) = &event.offer {
        node.node("offers", &offer(own));
    }
    if let Some(whole) = event.part_of {
        node.node("superEvent", &named("Event", whole));
    }
    node.nodes("subEvent", event.parts.iter().map(self::event));
    node.text("inLanguage", event.lang);
    node.finish()
}

/// Where and how people attend: at a place, at a stream, or either.
fn attendance(node: &mut Writer, event: &Event<'_>) {
    let mode = match (event.live.is_empty(), event.place.is_some()) {
        (true, false) => return,
        (true, true) => "https://schema.org/OfflineEventAttendanceMode",
        (false, true) => "https://schema.org/MixedEventAttendanceMode",
        (false, false) => "https://schema.org/OnlineEventAttendanceMode",
    };
    node.text("eventAttendanceMode", mode);
    let mut stream = Writer::typed("VirtualLocation");
    stream.text("url", event.live);
    let stream = (!event.live.is_empty()).then(|| stream.finish());
    node.nodes("location", event.place.iter().map(place).chain(stream));
}

fn offer(offer: &Offer<'_>) -> Node {
    let mut node = Writer::typed("Offer");
    node.text("url", offer.url);
    if !offer.price.is_empty() {
        node.text("price", offer.price);
        node.text("priceCurrency", "CNY");
    }
    let sold_out = "https://schema.org/SoldOut";
    node.text("availability", if offer.sold_out { sold_out } else { "https://schema.org/InStock" });
    node.text("validThrough", offer.until);
    node.finish()
}

fn named(kind: &str, named: Named<'_>) -> Node {
    let mut node = Writer::typed(kind);
    node.text("name", named.name);
    node.text("url", named.url);
    node.finish()
}

/// A `Place`.
pub fn place(place: &Place<'_>) -> Node {
    let mut node = Writer::typed("Place");
    node.text("name", place.name);
    node.text("url", place.url);
    // An event's place needs an address; where none is written the name is what people ask for.
    node.text("address", if place.address.is_empty() { place.name } else { place.address });
    node.text("telephone", place.telephone);
    if let Some((latitude, longitude)) = place.geo {
        let mut point = Writer::typed("GeoCoordinates");
        point.text("latitude", latitude);
        point.text("longitude", longitude);
        node.node("geo", &point.finish());
    }
    if let Some(whole) = place.within {
        node.node("containedInPlace", &named("Place", whole));
    }
    node.finish()
}

/// A `Course`.
pub fn course(course: &Course<'_>) -> Node {
    let mut node = Writer::typed("Course");
    node.text("name", course.name);
    // Search engines want a description of every course.
    node.text("description", if course.description.is_empty() { course.name } else { course.description });
    node.text("url", course.url);
    node.text("courseCode", course.code);
    if let Some(provider) = &course.provider {
        node.node("provider", &organization(provider));
    }
    node.nodes("hasCourseInstance", course.instances.iter().map(event));
    node.text("inLanguage", course.lang);
    node.finish()
}

/// A `JobPosting`.
pub fn job_posting(job: &JobPosting<'_>) -> Node {
    let mut node = Writer::typed("JobPosting");
    node.text("title", job.title);
    node.text("description", if job.description.is_empty() { job.title } else { job.description });
    node.text("url", job.url);
    node.text("datePosted", job.posted);
    node.text("validThrough", job.until);
    node.text("employmentType", job.employment);
    if job.openings > 0 {
        node.key("totalJobOpenings");
        node.out.push_str(&job.openings.to_string());
    }
    node.node("hiringOrganization", &organization(&job.organization));
    if let Some(own) = &job.place {
        node.node("jobLocation", &place(own));
    }
    node.finish()
}

/// A `WebSite`, with its search.
pub fn web_site(site: &WebSite<'_>) -> Node {
    let mut node = Writer::typed("WebSite");
    node.text("name", site.name);
    node.text("url", site.url);
    node.text("description", site.description);
    node.text("inLanguage", site.lang);
    if !site.search_url.is_empty() {
        let mut target = Writer::typed("EntryPoint");
        target.text("urlTemplate", &format!("{}?q={{search_term_string}}", site.search_url));
        let mut action = Writer::typed("SearchAction");
        action.node("target", &target.finish());
        action.text("query-input", "required name=search_term_string");
        node.node("potentialAction", &action.finish());
    }
    node.finish()
}

/// The content of one `<script type="application/ld+json">`: nothing in it can end the element or
/// begin a comment (HTML §4.12.1.3), and it is fit for XML as well.
///
/// ```
/// use pbsite::formats::jsonld::{Organization, organization, script};
/// let text = script(&[organization(&Organization { name: "</script>", ..Organization::default() })]);
/// assert_eq!(text, r#"{"@context":"https://schema.org","@graph":[{"@type":"Organization","name":"\u003c/script\u003e"}]}"#);
/// ```
pub fn script(nodes: &[Node]) -> String {
    let length: usize = nodes.iter().map(|node| node.0.len() + 1).sum();
    let mut out = String::with_capacity(length + 64);
    out.push_str(r#"{"@context":"https://schema.org","@graph":["#);
    for (i, node) in nodes.iter().enumerate() {
        out.push_str(if i == 0 { "" } else { "," });
        out.push_str(&node.0);
    }
    out.push_str("]}");
    out
}

/// Writes one object straight into text: pages have several, and trees of values cost more than
/// the rest of the page.
struct Writer {
    out: String,
}

impl Writer {
    fn typed(kind: &str) -> Self {
        Self { out: format!("{{\"@type\":\"{kind}\"") }
    }

    fn key(&mut self, key: &str) {
        self.out.push_str(",\"");
        self.out.push_str(key);
        self.out.push_str("\":");
    }

    fn text(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.key(key);
            push_string(&mut self.out, value);
        }
    }

    fn texts(&mut self, key: &str, values: &[&str]) {
        if values.is_empty() {
            return;
        }
        self.key(key);
        for (i, value) in values.iter().enumerate() {
            self.out.push(if i == 0 { '[' } else { ',' });
            push_string(&mut self.out, value);
        }
        self.out.push(']');
    }

    fn node(&mut self, key: &str, node: &Node) {
        self.key(key);
        self.out.push_str(&node.0);
    }

    /// One as it is, several as an array, none not at all.
    fn nodes(&mut self, key: &str, nodes: impl Iterator<Item = Node>) {
        let nodes: Vec<Node> = nodes.collect();
        match &nodes[..] {
            [] => {}
            [node] => self.node(key, node),
            nodes => {
                self.key(key);
                for (i, node) in nodes.iter().enumerate() {
                    self.out.push(if i == 0 { '[' } else { ',' });
                    self.out.push_str(&node.0);
                }
                self.out.push(']');
            }
        }
    }

    fn finish(mut self) -> Node {
        self.out.push('}');
        Node(self.out)
    }
}

/// A JSON string in which nothing means anything to HTML.
fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let bytes = text.as_bytes();
    let mut done = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let length = match byte {
            0..=0x1F | b'"' | b'\\' | b'<' | b'>' | b'&' => 1,
            // U+2028 and U+2029.
            0xE2 if matches!(bytes[at + 1..], [0x80, 0xA8..=0xA9, ..]) => 3,
            _ => continue,
        };
        out.push_str(&text[done..at]);
        done = at + length;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            _ => text[at..done].chars().for_each(|c| out.push_str(&format!("\\u{:04x}", c as u32))),
        }
    }
    out.push_str(&text[done..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn value(node: &Node) -> Value {
        serde_json::from_str(&node.0).unwrap()
    }

    #[test]
    fn an_article_says_who_when_and_where() {
        let article = NewsArticle {
            url: "https://x.org/a/",
            headline: "重阳",
            published: "2026-10-18T00:00:00+08:00",
            author: Some(Author::Organization("活动组")),
            publisher: Organization { name: "编辑部", ..Organization::default() },
            keywords: vec!["重阳", "活动"],
            lang: "zh-Hans",
            ..NewsArticle::default()
        };
        let expected = json!({
            "@type": "NewsArticle",
            "headline": "重阳",
            "url": "https://x.org/a/",
            "mainEntityOfPage": "https://x.org/a/",
            "datePublished": "2026-10-18T00:00:00+08:00",
            "author": { "@type": "Organization", "name": "活动组" },
            "publisher": { "@type": "Organization", "name": "编辑部" },
            "inLanguage": "zh-Hans",
            "keywords": ["重阳", "活动"],
        });
        assert_eq!(value(&news_article(&article)), expected);
    }

    #[test]
    fn an_event_says_when_where_and_whether() {
        let part = Event { name: "开幕", start: "2026-12-05T09:00:00+08:00", ..Event::default() };
        let series = Event {
            sort: EventSort::Series,
            name: "邻里节",
            start: "2026-12-05",
            previous_start: "2026-11-28",
            status: EventStatus::Rescheduled,
            place: Some(Place { name: "后滩站", geo: Some(("31.17", "121.47")), ..Place::default() }),
            live: "https://live.example.org/",
            offer: Some(Offer { price: "0", sold_out: true, ..Offer::default() }),
            parts: vec![part],
            ..Event::default()
        };
        let expected = json!({
            "@type": "EventSeries",
            "name": "邻里节",
            "startDate": "2026-12-05",
            "previousStartDate": "2026-11-28",
            "eventStatus": "https://schema.org/EventRescheduled",
            "eventAttendanceMode": "https://schema.org/MixedEventAttendanceMode",
            "location": [
                {
                    "@type": "Place",
                    "name": "后滩站",
                    "address": "后滩站",
                    "geo": { "@type": "GeoCoordinates", "latitude": "31.17", "longitude": "121.47" },
                },
                { "@type": "VirtualLocation", "url": "https://live.example.org/" },
            ],
            "offers": {
                "@type": "Offer",
                "price": "0",
                "priceCurrency": "CNY",
                "availability": "https://schema.org/SoldOut",
            },
            "subEvent": {
                "@type": "Event",
                "name": "开幕",
                "startDate": "2026-12-05T09:00:00+08:00",
                "eventStatus": "https://schema.org/EventScheduled",
            },
        });
        assert_eq!(value(&event(&series)), expected);
    }

    #[test]
    fn a_course_has_its_meetings() {
        let meeting = Event { sort: EventSort::CourseInstance, start: "2026-12-05", ..Event::default() };
        let two = vec![meeting.clone(), Event { live: "https://x.org/", ..meeting }];
        let own = value(&course(&Course { name: "红歌", code: "A-01", instances: two, ..Course::default() }));
        assert_eq!((&own["courseCode"], &own["description"]), (&json!("A-01"), &json!("红歌")));
        assert_eq!(own["hasCourseInstance"][0]["courseMode"], "onsite");
        assert_eq!(own["hasCourseInstance"][1]["courseMode"], "online");
    }

    #[test]
    fn a_post_names_who_offers_it() {
        let parent = Some(Named { name: "街道", url: "https://x.org/s/" });
        let organization = Organization { name: "图书馆", parent, ..Organization::default() };
        let own =
            value(&job_posting(&JobPosting { title: "见习", openings: 2, organization, ..JobPosting::default() }));
        assert_eq!((&own["totalJobOpenings"], &own["description"]), (&json!(2), &json!("见习")));
        assert_eq!(own["hiringOrganization"]["parentOrganization"]["name"], "街道");
    }

    #[test]
    fn trails_count_from_one() {
        let trail = value(&breadcrumbs(&[("首页", "https://x.org/"), ("头条", "https://x.org/headlines/")]));
        assert_eq!(trail["itemListElement"][1]["position"], 2);
        assert_eq!(trail["itemListElement"][1]["name"], "头条");
        assert_eq!(trail["itemListElement"][1]["item"], json!({"@id": "https://x.org/headlines/"}));
    }

    #[test]
    fn a_site_has_its_search() {
        let site = WebSite { name: "五星微语", search_url: "https://x.org/search/", ..WebSite::default() };
        let template = "https://x.org/search/?q={search_term_string}";
        assert_eq!(value(&web_site(&site))["potentialAction"]["target"]["urlTemplate"], template);
        assert!(value(&web_site(&WebSite::default())).get("potentialAction").is_none());
    }

    #[test]
    fn a_script_cannot_be_left() {
        let nasty = "</script><!-- <script> & \u{2028}\u{2029}\u{0} ]]> 🎉\"\\";
        let text = script(&[organization(&Organization { name: nasty, ..Organization::default() })]);
        assert!(!text.contains(['<', '>', '&', '\u{2028}', '\u{2029}', '\0']), "{text}");
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["@graph"][0]["name"], nasty);
    }
}
