//! The servers that are known: their names, their hosts, and the marks by which answers show them. Data only.
//!
//! Hosts are those of the providers' own documentation of their S3 endpoints, marks are header fields of answers that
//! users quote in public reports; both read in November 2026.

use crate::client::exchange::Field;
use crate::settings::lists::R2_DOMAIN;

/// Whose a server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Cloudflare R2.
    R2,
    /// Another provider, which issues the keys.
    Provider,
    /// A program that anybody runs, with keys of anybody's choice.
    Program,
}

/// What shows a server in its answers.
#[derive(Debug)]
pub enum Mark {
    /// A header field whose value begins so, in any case.
    Header(Field, &'static str),
    /// An error whose message holds this.
    Says(&'static str),
}

/// One server.
#[derive(Debug)]
pub struct Profile {
    /// Its usual name.
    pub name: &'static str,
    /// Whose it is.
    pub kind: Kind,
    /// The domains of its endpoints.
    pub hosts: &'static [&'static str],
    /// What shows it.
    pub marks: &'static [Mark],
}

const fn provider(name: &'static str, hosts: &'static [&'static str], marks: &'static [Mark]) -> Profile {
    Profile { name, kind: Kind::Provider, hosts, marks }
}

const fn program(name: &'static str, marks: &'static [Mark]) -> Profile {
    Profile { name, kind: Kind::Program, hosts: &[], marks }
}

const fn server(beginning: &'static str) -> Mark {
    Mark::Header(Field::Server, beginning)
}

/// All of them.
pub const PROFILES: &[Profile] = &[
    Profile { name: "R2", kind: Kind::R2, hosts: &[R2_DOMAIN], marks: &[] },
    provider("Amazon S3", &["amazonaws.com", "amazonaws.com.cn"], &[server("AmazonS3")]),
    provider("Backblaze B2", &["backblazeb2.com"], &[]),
    provider("Wasabi", &["wasabisys.com"], &[server("WasabiS3"), Mark::Header(Field::WasabiReference, "")]),
    provider("DigitalOcean Spaces", &["digitaloceanspaces.com"], &[]),
    provider("Supabase Storage", &["supabase.co", "supabase.in"], &[]),
    // Railway's buckets are Tigris's, under names of Railway's.
    provider("Railway's buckets", &["storage.railway.app", "storageapi.dev"], &[]),
    provider("Tigris", &["tigris.dev", "t3.storage.dev"], &[server("Tigris OS")]),
    provider("Google Cloud Storage", &["storage.googleapis.com"], &[server("UploadServer")]),
    provider("Scaleway Object Storage", &["scw.cloud"], &[]),
    provider("Hetzner Object Storage", &["your-objectstorage.com"], &[]),
    provider("Linode Object Storage", &["linodeobjects.com"], &[]),
    provider("OVHcloud Object Storage", &["ovh.net", "ovh.us"], &[]),
    provider("IDrive e2", &["idrivee2.com"], &[]),
    provider("Vultr Object Storage", &["vultrobjects.com"], &[]),
    provider("Alibaba Cloud OSS", &["aliyuncs.com"], &[server("AliyunOSS")]),
    provider("Tencent COS", &["myqcloud.com"], &[server("tencent-cos")]),
    program("MinIO", &[server("MinIO"), Mark::Header(Field::MinioDeployment, "")]),
    program("Garage", &[server("Garage"), Mark::Says("header malformed, unexpected scope")]),
    program("SeaweedFS", &[server("SeaweedFS")]),
    program("RustFS", &[server("RustFS")]),
    program("Ceph", &[server("Ceph Object Gateway")]),
    program("the Versity gateway", &[server("VERSITYGW")]),
    program("LocalStack", &[server("LocalStack")]),
    program("rclone", &[server("rclone/")]),
];
