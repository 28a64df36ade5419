//! What findings know of where a run takes place: by this the steps of a fix are chosen and worded.

use std::collections::BTreeSet;

use crate::base::circumstance::Circumstance;
use crate::base::platform;
use crate::base::surroundings::Surroundings;
use crate::settings::Loaded;
use crate::settings::places::Places;

/// What is known of the place before anything was sent.
#[derive(Clone, Default)]
pub struct Here {
    /// What holds there.
    pub circumstances: BTreeSet<Circumstance>,
    /// Where each variable is set.
    pub places: Places,
}

impl Here {
    /// The place of a run with these settings.
    pub fn of(loaded: &Loaded, around: &Surroundings) -> Self {
        let railway = platform::is_railway(around);
        let token = loaded.settings.as_ref().is_some_and(|settings| settings.session_token.is_some());
        let circumstances = BTreeSet::from([
            if railway { Circumstance::Railway } else { Circumstance::OffRailway },
            if token { Circumstance::SessionToken } else { Circumstance::NoSessionToken },
        ]);
        Self { circumstances, places: Places::of(loaded, around) }
    }
}
