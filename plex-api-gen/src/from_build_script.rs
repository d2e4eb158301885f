// The client that build.rs generated from openapi/plex.yaml for this build.

include!(concat!(env!("OUT_DIR"), "/generated.rs"));
