//! Compares the reader with python-dotenv itself, on a table of forms and on generated files: the same names and values. Needs a
//! Python with python-dotenv, whose path `R2_SELFTEST_PYTHON` holds; `.ci/run` brings one.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::base::variable::Variable;
use crate::settings::env_file::FileRead;

/// How many files are generated.
const FILES: u64 = 1000;
/// What the environment holds: a reference prefers it to the file.
const ENVIRONMENT: (&str, &str) = ("HOST", "outside");
/// Prints what `load_dotenv()` would set, file by file.
const SCRIPT: &str = r"
import json, sys
from dotenv.main import DotEnv
for path in sys.stdin.read().split('\n'):
    values = DotEnv(path, override=False, encoding='utf-8').dict()
    print(json.dumps({name: value for name, value in values.items() if value is not None}))
";
/// The pieces of generated files.
const PIECES: [&str; 63] = [
    "R2_ENABLED",
    "R2_ENDPOINT",
    "R2_REGION",
    "R2_BUCKET_NAME",
    "R2_ACCESS_KEY_ID",
    "HOST",
    "=",
    "=",
    "=",
    "=",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\r",
    " ",
    " ",
    "\t",
    "\u{1c}",
    "\u{a0}",
    "\u{feff}",
    "\u{2028}",
    "\u{0b}",
    "export ",
    "export",
    "'",
    "'",
    "\"",
    "\"",
    "\\",
    "\\n",
    "\\'",
    "\\\"",
    "\\\\",
    "\\x",
    "#",
    " #",
    "# x",
    "$",
    "${",
    "}",
    "${HOST}",
    "${R2_REGION}",
    "${NONE}",
    "${NONE:-d}",
    "${R2_REGION:-d}",
    "${HOST:d}",
    "$HOST",
    ":",
    ":-",
    "a",
    "true",
    "auto",
    "ä",
    "two words",
    "`",
    ",",
    "R2_REGION=x\n",
    "\nR2_ENABLED=",
    "\nR2_ENDPOINT=",
    "\nR2_REGION=",
    "\nR2_BUCKET_NAME='",
    "\nHOST=",
];
/// The forms that people write.
const TABLE: [&str; 30] = [
    "R2_ENABLED=true\nR2_ENABLED=false\n",
    "R2_ENABLED=true\nR2_ENABLED\n",
    "R2_ENABLED\nR2_ENABLED=true\n",
    "R2_REGION=a\nR2_ENDPOINT=https://${R2_REGION}.example\n",
    "R2_ENDPOINT='https://${HOST}.example'\n",
    "R2_ENDPOINT=https://${NONE:-default}.example\n",
    "R2_ENDPOINT=https://$HOST.example\n",
    "R2_ENDPOINT=${HOST:x}${}${:-y}${HOST\n",
    "R2_BUCKET_NAME='a' 'b'\nR2_REGION=auto\n",
    "R2_BUCKET_NAME=two words\n",
    "R2_BUCKET_NAME=it's\nR2_REGION=a\\b\n",
    "R2_BUCKET_NAME='it\\'s' # comment\n",
    "R2_BUCKET_NAME=\"a\\tb\\\"c\\\\n\"\n",
    "R2_BUCKET_NAME='x\nR2_REGION='auto'\n",
    "R2_BUCKET_NAME='open\nR2_REGION=auto\n",
    "export R2_REGION=auto\nexport\tR2_ENABLED=true\n",
    "export=1\nexport =2\n",
    "R2_REGION = auto \n",
    "R2_REGION=\nR2_ENABLED= \n",
    "R2_REGION= # comment\nR2_ENABLED=#none\nR2_BUCKET_NAME=a #c\n",
    "R2_REGION=a#b\nR2_ENABLED='a'#b\n",
    "\u{feff}R2_REGION=auto\n",
    "R2_REGION=auto\rR2_ENABLED=true\r",
    "R2_REGION=auto\r\nR2_ENABLED=true\r\n",
    "'R2_REGION'=auto\n\"R2_ENABLED\"=true\n",
    "R2-REGION=auto\nR2_ENABLED=true\n",
    "  R2_REGION=auto\n\n\n\tR2_ENABLED=true",
    "R2_REGION: auto\nR2_ENABLED=true\n",
    "R2_REGION=\"two\nlines\"\nR2_ENABLED=true\n",
    "=x\n#\n\n R2_ENABLED=true",
];

/// A simple generator, so that the files are the same each time (Numerical Recipes' constants).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

fn generated(seed: u64) -> String {
    let mut random = Random(seed);
    (0..random.below(40)).map(|_| PIECES[random.below(PIECES.len())]).collect()
}

/// Our variables as the reader sets them.
fn ours(text: &str) -> BTreeMap<String, String> {
    let known = |name: &str| (name == ENVIRONMENT.0).then(|| ENVIRONMENT.1.to_owned());
    let file = FileRead::parse(".env".to_owned(), text.as_bytes(), &known);
    let value = |variable: Variable| {
        Some((variable.name().to_owned(), file.entry(variable)?.value.expose().to_owned()))
    };
    Variable::ALL.into_iter().filter_map(value).collect()
}

#[test]
#[ignore = "needs R2_SELFTEST_PYTHON, a Python with python-dotenv"]
fn files_are_read_as_python_dotenv_reads_them() {
    let python = std::env::var_os("R2_SELFTEST_PYTHON").expect("R2_SELFTEST_PYTHON");
    let texts: Vec<String> =
        TABLE.iter().map(|text| (*text).to_owned()).chain((0..FILES).map(generated)).collect();
    let folder = tempfile::tempdir().expect("folder");
    let mut paths = Vec::new();
    for (number, text) in texts.iter().enumerate() {
        let path = folder.path().join(number.to_string());
        fs::write(&path, text).expect("file");
        paths.push(path.display().to_string());
    }
    let list = folder.path().join("list");
    fs::write(&list, paths.join("\n")).expect("file");
    let output = Command::new(python)
        .args(["-c", SCRIPT])
        .env(ENVIRONMENT.0, ENVIRONMENT.1)
        .stdin(fs::File::open(list).expect("list"))
        .output()
        .expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answers = String::from_utf8(output.stdout).expect("text");
    assert_eq!(answers.lines().count(), texts.len());
    let mut set = 0;
    for (text, answer) in texts.iter().zip(answers.lines()) {
        let mut theirs: BTreeMap<String, String> = serde_json::from_str(answer).expect("JSON");
        theirs.retain(|name, _| Variable::ALL.iter().any(|variable| variable.name() == name));
        assert_eq!(ours(text), theirs, "{text:?}");
        set += theirs.len();
    }
    // Files that set nothing would test nothing.
    assert!(set > texts.len() / 2, "{set} values");
}
