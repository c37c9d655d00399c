package io.relaygate.azure;

import io.relaygate.net.WayOut;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who asks Azure for tokens, by a credential that was checked.
 *
 * @param environment the variables by which Azure tells a process of its identity
 * @param caFile the authorities to trust for Microsoft Entra, or null for those of the runtime
 * @param out how Microsoft Entra is reached
 */
record EntraSource(EntraCredential credential, Map<String, String> environment, @Nullable Path caFile, WayOut out) {

    private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** A managed identity, or an application; people sign in, see {@link SignedIn}. */
    EntraTokens.Source open() {
        if (credential.managedIdentity() != null) {
            return new ManagedIdentity(credential.managedIdentity(), environment);
        }
        if (credential.workloadIdentity()) {
            // The pod's variables are asked for at use, to complain where it is seen.
            return (resource, deadline) -> new EntraApplication(
                            endpoint(variable("AZURE_TENANT_ID")), variable("AZURE_CLIENT_ID"), this::federated)
                    .fetch(resource, deadline);
        }
        TokenEndpoint endpoint = endpoint(Objects.requireNonNull(credential.tenant()));
        String clientId = Objects.requireNonNull(credential.clientId());
        Secret secret = credential.clientSecret();
        if (secret != null) {
            return new EntraApplication(endpoint, clientId, form -> secret.with(text -> form.put("client_secret", text)));
        }
        Path certificate = Objects.requireNonNull(credential.clientCertificate());
        Path key = credential.clientKey() == null ? certificate : credential.clientKey();
        return new EntraApplication(endpoint, clientId, form ->
                asserted(form, ClientAssertion.sign(certificate, key, clientId, endpoint.address(), endpoint.clock().instant())));
    }

    /** Microsoft Entra for a tenant. */
    TokenEndpoint endpoint(String tenant) {
        return new TokenEndpoint(authority(), tenant, caFile, out);
    }

    /** Where Microsoft Entra is. */
    String authority() {
        return credential.authority() != null
                ? credential.authority()
                : environment.getOrDefault("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com");
    }

    private void federated(Form form) throws IOException {
        Path file = Path.of(variable("AZURE_FEDERATED_TOKEN_FILE"));
        byte[] assertion;
        try {
            assertion = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException("AZURE_FEDERATED_TOKEN_FILE: " + file + " cannot be read", e);
        }
        // It is ASCII by its form (RFC 7519), so a byte is a character.
        char[] text = new char[assertion.length];
        for (int i = 0; i < text.length; i++) {
            text[i] = (char) (assertion[i] & 0x7f);
        }
        Arrays.fill(assertion, (byte) 0);
        asserted(form, text);
    }

    private static void asserted(Form form, char[] assertion) {
        form.put("client_assertion_type", ASSERTION).put("client_assertion", assertion);
        Arrays.fill(assertion, '\0');
    }

    private String variable(String name) throws IOException {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IOException("`workloadIdentity: true` needs the environment variable " + name);
        }
        return value.strip();
    }
}
