//! How readers answer what is open in the lists: by the entry's own contact, else by its unit's.

use super::Catalogue;
use crate::fields::Values;

/// How to answer something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact<'a> {
    /// The unit whose contacts these are, by index; none where the entry has its own.
    pub unit: Option<usize>,
    /// The ways, one for each role.
    pub ways: Vec<Way<'a>>,
}

/// A way to answer. What there is not is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Way<'a> {
    /// Who answers, by role, or a line of words.
    pub who: &'a str,
    /// Telephone.
    pub telephone: &'a str,
    /// Mail address.
    pub email: &'a str,
    /// Address of a form.
    pub link: &'a str,
}

impl Way<'_> {
    fn leads_somewhere(&self) -> bool {
        [self.telephone, self.email, self.link].iter().any(|way| !way.is_empty())
    }
}

/// How to answer item `i` of the lists; `None` where neither it nor its unit says so.
pub fn contact(catalogue: &Catalogue, i: usize) -> Option<Contact<'_>> {
    let item = &catalogue.items[i];
    let own = match item.values.text("contact") {
        "" => item.values.record("apply").map(|apply| way(apply, "contact")),
        text => Some(Way { who: text, ..Way::default() }),
    };
    if let Some(way) = own.filter(|way| way.leads_somewhere() || !way.who.is_empty()) {
        return Some(Contact { unit: None, ways: vec![way] });
    }
    let kind = catalogue.kinds.by_name("organization")?;
    let unit = catalogue.meant(kind, Some(item.values.text("unit")).filter(|unit| !unit.is_empty())?, &item.lang)?;
    let contacts = catalogue.items[unit].values.records("contacts").iter();
    let ways: Vec<Way<'_>> = contacts.map(|contact| way(&contact.value, "role")).filter(Way::leads_somewhere).collect();
    (!ways.is_empty()).then_some(Contact { unit: Some(unit), ways })
}

fn way<'a>(values: &'a Values, who: &str) -> Way<'a> {
    Way {
        who: values.text(who),
        telephone: values.text("telephone"),
        email: values.text("email"),
        link: values.text("link"),
    }
}
