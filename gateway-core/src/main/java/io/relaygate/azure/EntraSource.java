package io.relaygate.azure;

import io.relaygate.azure.EntraTokens.Token;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import io.relaygate.sdk.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asks Azure for tokens: the instance metadata service of a virtual machine (IMDS, api-version 2018-02-01), the identity endpoint of
 * App Service and Container Apps (2019-08-01), or Microsoft Entra itself (OAuth 2.0 client credentials, RFC 6749 section 4.4, with
 * a secret or with a federated token, RFC 7523).
 *
 * @param credential checked
 * @param environment the variables by which Azure tells a process of its identity
 * @param caFile the authorities to trust for Microsoft Entra, or null for those of the runtime
 * @param out how Microsoft Entra is reached
 */
record EntraSource(EntraCredential credential, Map<String, String> environment, @Nullable Path caFile, WayOut out)
        implements EntraTokens.Source {

    @Override
    public Token fetch(String resource, Instant deadline) throws IOException {
        if (credential.managedIdentity() != null) {
            return managed(resource, credential.managedIdentity(), deadline);
        }
        if (credential.workloadIdentity()) {
            return workload(resource, deadline);
        }
        try (Form form = new Form()) {
            Secret secret = Objects.requireNonNull(credential.clientSecret());
            secret.with(text -> form.put("client_secret", text));
            return entra(form, Objects.requireNonNull(credential.tenant()), Objects.requireNonNull(credential.clientId()), resource, deadline);
        }
    }

    private Token managed(String resource, String which, Instant deadline) throws IOException {
        String endpoint = environment.get("IDENTITY_ENDPOINT");
        String header = environment.get("IDENTITY_HEADER");
        String host = environment.getOrDefault("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254");
        boolean app = endpoint != null && header != null;
        String base = app
                ? endpoint + "?api-version=2019-08-01"
                : slashless(host) + "/metadata/identity/oauth2/token?api-version=2018-02-01";
        String client = which.equals("system") ? "" : "&client_id=" + encoded(which);
        URI uri = Web.uri(base + "&resource=" + encoded(resource) + client);
        // A field of a head is a String; the header guards the endpoint against other processes' requests only.
        String fields = endpoint != null && header != null ? "X-IDENTITY-HEADER: " + header.strip() + "\r\n" : "Metadata: true\r\n";
        WebCall.Answer answer;
        try {
            answer = Web.send(new WebCall("GET", uri, fields, new byte[0], caFile), out, deadline);
        } catch (IOException e) {
            throw new IOException("no managed identity answers at " + uri.getAuthority()
                    + "; is this a machine or an app of Azure that has one? (" + e.getMessage() + ")", e);
        }
        return token(answer, "the managed identity");
    }

    private Token workload(String resource, Instant deadline) throws IOException {
        try (Form form = new Form()) {
            form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".toCharArray());
            byte[] assertion;
            Path file = Path.of(variable("AZURE_FEDERATED_TOKEN_FILE"));
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
            form.put("client_assertion", text);
            Arrays.fill(text, '\0');
            return entra(form, variable("AZURE_TENANT_ID"), variable("AZURE_CLIENT_ID"), resource, deadline);
        }
    }

    private String variable(String name) throws IOException {
        String value = environment.get(name);
        if (value == null || value.isBlank()) {
            throw new IOException("`workloadIdentity: true` needs the environment variable " + name);
        }
        return value.strip();
    }

    private Token entra(Form form, String tenant, String client, String resource, Instant deadline) throws IOException {
        form.put("grant_type", "client_credentials".toCharArray());
        form.put("client_id", client.toCharArray());
        form.put("scope", (resource + "/.default").toCharArray());
        String authority = credential.authority() != null
                ? credential.authority()
                : environment.getOrDefault("AZURE_AUTHORITY_HOST", "https://login.microsoftonline.com");
        if (!Web.isAllowed(authority)) {
            throw new IOException("AZURE_AUTHORITY_HOST: an authority is https://HOST");
        }
        URI uri = Web.uri(slashless(authority) + "/" + encoded(tenant) + "/oauth2/v2.0/token");
        byte[] body = form.bytes();
        try {
            return token(
                    Web.send(new WebCall("POST", uri, "Content-Type: application/x-www-form-urlencoded\r\n", body, caFile), out, deadline),
                    "Microsoft Entra");
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private static Token token(WebCall.Answer answer, String who) throws IOException {
        byte[] body = answer.body();
        try {
            if (answer.head().status() != 200) {
                String words = (Web.said(body, "error") + " " + Web.said(body, "error_description")).strip();
                throw new IOException(who + " gives no token: answered " + answer.head().status() + (words.isEmpty() ? "" : ", " + words));
            }
            char[] value = Web.member(body, "access_token");
            if (value == null || value.length == 0 || value.length > 8192 || !new String(value).matches("[\\x21-\\x7e]+")) {
                throw new IOException(who + " gives no token: the answer holds none");
            }
            String lives = Web.said(body, "expires_in");
            String ends = Web.said(body, "expires_on");
            Instant expires = lives.matches("[0-9]{1,9}")
                    ? Instant.now().plusSeconds(Long.parseLong(lives))
                    : ends.matches("[0-9]{1,11}") ? Instant.ofEpochSecond(Long.parseLong(ends)) : Instant.now().plusSeconds(600);
            return new Token(new String(value), expires);
        } finally {
            Arrays.fill(body, (byte) 0);
        }
    }

    private static String slashless(String address) {
        return address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A form (application/x-www-form-urlencoded) whose values are no Strings. */
    private static final class Form implements AutoCloseable {

        private byte[] bytes = new byte[0];

        boolean put(String name, char[] value) {
            ByteBuffer raw = StandardCharsets.UTF_8.encode(CharBuffer.wrap(value));
            byte[] encoded = new byte[raw.remaining() * 3];
            int length = 0;
            while (raw.hasRemaining()) {
                int octet = raw.get() & 0xff;
                encoded[length++] = '%';
                encoded[length++] = (byte) Character.toUpperCase(Character.forDigit(octet >> 4, 16));
                encoded[length++] = (byte) Character.toUpperCase(Character.forDigit(octet & 15, 16));
            }
            byte[] prefix = ((bytes.length == 0 ? "" : "&") + name + "=").getBytes(StandardCharsets.US_ASCII);
            byte[] longer = Arrays.copyOf(bytes, bytes.length + prefix.length + length);
            System.arraycopy(prefix, 0, longer, bytes.length, prefix.length);
            System.arraycopy(encoded, 0, longer, bytes.length + prefix.length, length);
            Arrays.fill(encoded, (byte) 0);
            raw.clear();
            while (raw.hasRemaining()) {
                raw.put((byte) 0);
            }
            close();
            bytes = longer;
            return true;
        }

        byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public void close() {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
