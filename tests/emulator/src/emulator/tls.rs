//! The certificate that clients must trust.

use super::Emulator;

/// Methods of an emulator with TLS.
impl Emulator {
    /// Returns the certificate of the authority that clients must trust, in PEM; `None` without
    /// [`tls`](crate::EmulatorBuilder::tls).
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = plex_tv_emulator::Emulator::builder().tls().start().await?;
    /// let ca = reqwest::Certificate::from_pem(emulator.ca_pem().unwrap_or_default().as_bytes())?;
    /// let client = reqwest::Client::builder().tls_certs_only([ca]).build()?;
    /// let response = client.get(format!("{}/auth/keys", emulator.base_url())).send().await?;
    /// assert_eq!(response.status(), 200);
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn ca_pem(&self) -> Option<&str> {
        let tls = self.shared.network.tls.as_ref()?;
        Some(&tls.ca_pem)
    }
}
