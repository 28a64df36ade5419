//! Faults: which request they befall, and what they do to it.
//!
//! ```text
//! Fault::on(Op::Put).first(2).error(S3Error::unavailable()).header("Retry-After", "1")
//! Fault::on(Op::Get).reset_after(10)
//! Fault::on(Op::Put).error(S3Error::internal()).although_performed()
//! Fault::on(Op::Connection).nth(1).reset()
//! ```
//! A fault on `Op::Connection` takes a selection by number only, and of the effects a delay, raw bytes and an ending.
//! Several faults may befall one request; where they disagree, the last one has its way.

mod answers;
mod content;
mod delivery;

use std::sync::{Arc, Mutex};

use super::http::Request;
use super::journal::held;
use super::op::Op;
use super::reply::Reply;
use super::service::Twist;
use super::wire::Wire;

type Answer = Arc<dyn Fn(&Request) -> Reply + Send + Sync>;
type Edit = Arc<dyn Fn(&mut Reply) + Send + Sync>;
type Rewire = Arc<dyn Fn(&mut Wire) + Send + Sync>;

/// Which of the requests that a fault selects it befalls, counted from 1.
#[derive(Clone, Copy, Debug)]
enum When {
    Always,
    First(usize),
    After(usize),
    Nth(usize),
}

impl When {
    fn includes(self, number: usize) -> bool {
        match self {
            Self::Always => true,
            Self::First(count) => number <= count,
            Self::After(count) => number > count,
            Self::Nth(one) => number == one,
        }
    }
}

#[derive(Clone)]
enum Effect {
    Answer(Answer),
    Performed(bool),
    Edit(Edit),
    Twist(Twist),
    Wire(Rewire),
}

/// A misbehaviour: a selector, and any number of effects.
#[derive(Clone)]
pub struct Fault {
    op: Op,
    when: When,
    host: Option<String>,
    field: Option<(String, String)>,
    effects: Vec<Effect>,
}

impl Fault {
    /// For each request of this operation, until the selection is narrowed.
    pub fn on(op: Op) -> Self {
        Self { op, when: When::Always, host: None, field: None, effects: Vec::new() }
    }

    /// Only for the first so many.
    #[must_use]
    pub fn first(self, count: usize) -> Self {
        Self { when: When::First(count), ..self }
    }

    /// Only after the first so many.
    #[must_use]
    pub fn after(self, count: usize) -> Self {
        Self { when: When::After(count), ..self }
    }

    /// Only for this one, counted from 1.
    #[must_use]
    pub fn nth(self, number: usize) -> Self {
        Self { when: When::Nth(number), ..self }
    }

    /// Only for requests to this host, whatever their port.
    #[must_use]
    pub fn host(self, host: &str) -> Self {
        Self { host: Some(host.to_owned()), ..self }
    }

    /// Only for requests with this value of a header field.
    #[must_use]
    pub fn with(self, field: &str, value: &str) -> Self {
        Self { field: Some((field.to_owned(), value.to_owned())), ..self }
    }

    fn selects(&self, op: Op, request: Option<&Request>) -> bool {
        let Some(request) = request else { return self.op == op };
        let has = |(name, value): &(String, String)| request.header(name) == Some(value.as_str());
        self.op.selects(op)
            && self.host.as_ref().is_none_or(|host| *host == request.host())
            && self.field.as_ref().is_none_or(has)
    }

    #[must_use]
    fn effect(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    fn wire(self, change: impl Fn(&mut Wire) + Send + Sync + 'static) -> Self {
        self.effect(Effect::Wire(Arc::new(change)))
    }

    fn twist(self, twist: Twist) -> Self {
        self.effect(Effect::Twist(twist))
    }

    /// The answer is changed before it is sent.
    #[must_use]
    pub fn edit(self, change: impl Fn(&mut Reply) + Send + Sync + 'static) -> Self {
        self.effect(Effect::Edit(Arc::new(change)))
    }
}

/// What all faults together do to one request.
#[derive(Clone, Default)]
pub struct Plan {
    answer: Option<Answer>,
    performed: Option<bool>,
    edits: Vec<Edit>,
    pub twists: Vec<Twist>,
    pub wire: Wire,
}

impl Plan {
    fn add(&mut self, effect: &Effect) {
        match effect {
            Effect::Answer(answer) => self.answer = Some(Arc::clone(answer)),
            Effect::Performed(performed) => self.performed = Some(*performed),
            Effect::Edit(edit) => self.edits.push(Arc::clone(edit)),
            Effect::Twist(twist) => self.twists.push(*twist),
            Effect::Wire(change) => change(&mut self.wire),
        }
    }

    /// The answer to a request: the service's own or the fault's, as edited. What the fault answers itself is not
    /// performed, and what goes wrong on the wire is, unless the fault says otherwise.
    pub fn answer(&self, request: &Request, perform: impl FnOnce() -> Reply) -> Reply {
        let performed = self.performed.unwrap_or(self.answer.is_none()).then(perform);
        let own = self.answer.as_ref().map(|answer| answer(request));
        let mut reply = own.or(performed).unwrap_or_else(|| Reply::new(500));
        for edit in &self.edits {
            edit(&mut reply);
        }
        reply
    }
}

/// The faults of a server, with how often each has been selected.
#[derive(Default)]
pub struct Faults(Mutex<Vec<(Fault, usize)>>);

impl Faults {
    pub fn add(&self, fault: Fault) {
        held(&self.0).push((fault, 0));
    }

    pub fn clear(&self) {
        held(&self.0).clear();
    }

    /// What befalls this request, or, without one, a new connection.
    pub fn plan(&self, op: Op, request: Option<&Request>) -> Plan {
        let mut plan = Plan::default();
        let mut faults = held(&self.0);
        for (fault, count) in faults.iter_mut().filter(|(fault, _)| fault.selects(op, request)) {
            *count += 1;
            if fault.when.includes(*count) {
                fault.effects.iter().for_each(|effect| plan.add(effect));
            }
        }
        plan
    }
}
