//! Every closed list about R2 and its neighbours that the rules use, each with the day on which it was looked up and its source.
//!
//! Lists become outdated: a value that is on none of them may be right, and only the server knows. A list holds what is known
//! to be right, or known to be a mistake. A test verifies that each has a date and a source, and that no other file has one.

use crate::base::variable::Variable;

/// The domain under which every R2 account has its S3 endpoint. As of 2026-08-17,
/// <https://developers.cloudflare.com/r2/api/s3/api/>.
pub const R2_DOMAIN: &str = "r2.cloudflarestorage.com";

/// The jurisdictions that have endpoints of their own, by their labels. As of 2026-08-17, when `us` was added,
/// <https://developers.cloudflare.com/r2/reference/data-location/#jurisdictional-restrictions>.
pub const JURISDICTIONS: [&str; 3] = ["eu", "us", "fedramp"];

/// What reports and Cloudflare's API call the jurisdiction that has no label. As of 2026-08-17,
/// <https://developers.cloudflare.com/api/resources/r2/subresources/buckets/methods/get/>.
pub const NO_JURISDICTION: &str = "default";

/// Words with which the names of regions in Europe begin: AWS's regions and R2's location hints. As of 2026-08-17,
/// <https://developers.cloudflare.com/r2/reference/data-location/>.
pub const EUROPE: [&str; 3] = ["eu", "weur", "eeur"];

/// R2's location hints. They say where a bucket lies and are never part of the host; in signatures R2 takes them, and they
/// have no effect (its error `InvalidRegionName` lists them). As of 2026-08-17,
/// <https://developers.cloudflare.com/r2/reference/data-location/#available-hints>.
pub const LOCATION_HINTS: [&str; 6] = ["wnam", "enam", "weur", "eeur", "apac", "oc"];

/// The region of R2. As of 2026-08-17, <https://developers.cloudflare.com/r2/api/s3/api/#bucket-region>.
pub const REGION: &str = "auto";

/// What R2 takes for its region beside an empty text. As of 2026-08-17,
/// <https://developers.cloudflare.com/r2/api/s3/api/#bucket-region>.
pub const REGION_ALIAS: &str = "us-east-1";

/// What regions of AWS begin with, before a direction and a number. As of 2026-08-17,
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>.
pub const AWS_AREAS: [&str; 12] =
    ["us", "eu", "ap", "ca", "sa", "me", "af", "il", "mx", "cn", "us-gov", "eusc"];

/// The directions in them. As of 2026-08-17,
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>.
pub const AWS_DIRECTIONS: [&str; 10] = [
    "north",
    "south",
    "east",
    "west",
    "central",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "de-east",
];

/// Words that users write in place of a jurisdiction, as found in public repositories. None of them is one as of
/// 2026-08-17, <https://developers.cloudflare.com/r2/reference/data-location/>.
pub const NO_JURISDICTIONS: [&str; 6] = ["auto", "default", "global", "uk", "de", "asia"];

/// Hosts of Cloudflare that are not the S3 API, each with its subdomains and a description; the first match counts. As of
/// 2026-08-17, <https://developers.cloudflare.com/r2/buckets/public-buckets/>.
pub const OTHER_HOSTS: [(&str, &str); 6] = [
    ("r2.dev", "a bucket's public address, not the S3 API"),
    ("dash.cloudflare.com", "the dashboard's address, not the S3 API"),
    ("api.cloudflare.com", "Cloudflare's REST API, not the S3 API"),
    ("workers.dev", "the address of a Worker or of Pages, not the S3 API"),
    ("pages.dev", "the address of a Worker or of Pages, not the S3 API"),
    ("cloudflare.com", "a website of Cloudflare, not the S3 API"),
];

/// What Cloudflare's tokens begin with. As of 2026-08-17,
/// <https://developers.cloudflare.com/fundamentals/api/get-started/token-formats/>.
pub const TOKEN_PREFIXES: [&str; 4] = ["cfut_", "cfat_", "cfk_", "cfoat_"];

/// What Cloudflare's own tools put before the names of variables. As of 2026-08-17,
/// <https://developers.cloudflare.com/workers/wrangler/system-environment-variables/>.
pub const NAME_PREFIXES: [&str; 2] = ["CLOUDFLARE_", "CF_"];

/// The names that other applications, SDKs and Railway's buckets use for one of our variables. As of 2026-11-25,
/// <https://docs.aws.amazon.com/boto3/latest/guide/configuration.html>, <https://docs.railway.com/storage-buckets> and names
/// found in public repositories.
pub const fn other_names(variable: Variable) -> &'static [&'static str] {
    match variable {
        Variable::Enabled => {
            &["ENABLE_R2", "USE_R2", "R2_ACTIVE", "R2_ON", "R2_IS_ENABLED", "R2_STORAGE_ENABLED"]
        }
        Variable::Endpoint => &[
            "R2_ENDPOINT_URL",
            "R2_URL",
            "R2_HOST",
            "R2_S3_ENDPOINT",
            "R2_S3_API",
            "R2_ACCOUNT_ID",
            "ACCOUNT_ID",
            "AWS_ENDPOINT",
            "AWS_ENDPOINT_URL",
            "AWS_ENDPOINT_URL_S3",
            "AWS_S3_ENDPOINT",
            "S3_ENDPOINT",
            "S3_ENDPOINT_URL",
            "S3_API",
            "ENDPOINT",
        ],
        Variable::AccessKeyId => &[
            "R2_ACCESS_KEY",
            "R2_ACCESS_ID",
            "R2_KEY_ID",
            "R2_KEY",
            "R2_CLIENT_ID",
            "R2_TOKEN_ID",
            "AWS_ACCESS_KEY_ID",
            "AWS_ACCESS_KEY",
            "S3_ACCESS_KEY_ID",
            "S3_ACCESS_KEY",
            "S3_KEY",
            "ACCESS_KEY_ID",
        ],
        Variable::SecretAccessKey => &[
            "R2_SECRET_KEY",
            "R2_SECRET",
            "R2_ACCESS_SECRET",
            "R2_ACCESS_KEY_SECRET",
            "R2_SECRET_KEY_ID",
            "R2_CLIENT_SECRET",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SECRET_KEY",
            "S3_SECRET_ACCESS_KEY",
            "S3_SECRET_KEY",
            "S3_SECRET",
            "SECRET_ACCESS_KEY",
        ],
        Variable::SessionToken => &["AWS_SESSION_TOKEN", "S3_SESSION_TOKEN", "R2_TOKEN"],
        Variable::BucketName => &[
            "R2_BUCKET",
            "R2_NAME",
            "BUCKET",
            "BUCKET_NAME",
            "S3_BUCKET",
            "S3_BUCKET_NAME",
            "AWS_BUCKET",
            "AWS_BUCKET_NAME",
            "AWS_S3_BUCKET",
            "AWS_S3_BUCKET_NAME",
        ],
        Variable::Region => &["AWS_REGION", "AWS_DEFAULT_REGION", "S3_REGION", "REGION"],
    }
}
