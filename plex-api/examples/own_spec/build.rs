//! Generates the client from media-server.yaml.

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=media-server.yaml");
    let spec = std::fs::read_to_string("media-server.yaml")?;
    let settings = plex_api_codegen::Settings {
        spec_name: "media-server.yaml",
        runtime: "plex_api::generated",
        command: "cargo build",
    };
    match plex_api_codegen::generate(&spec, &settings) {
        Ok(generated) => {
            for warning in generated.warnings {
                println!("cargo::warning={warning}");
            }
            let folder = std::env::var("OUT_DIR").map_err(std::io::Error::other)?;
            std::fs::write(folder + "/media_server.rs", generated.code)?;
        }
        Err(error) => {
            for problem in error.to_string().lines() {
                println!("cargo::error={problem}");
            }
        }
    }
    Ok(())
}
