package io.relaygate.azure;

import io.relaygate.azure.TokenAnswer.Issued;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a server that Azure Arc knows, wherever it stands. Its agent (api-version 2019-11-01) names a file that the agent's
 * group alone can read, and gives a token to who shows what is in it.
 *
 * @param endpoint of the agent
 * @param folder where its files are; no other is read, whatever it names
 */
record ArcIdentity(String endpoint, Path folder) implements EntraTokens.Source {

    private static final String NAME = "the agent of Azure Arc";
    private static final Path FOLDER = Path.of("/var/opt/azcmagent/tokens");
    private static final Path AGENT = Path.of("/opt/azcmagent/bin/himds");
    private static final String USUAL = "http://127.0.0.1:40342/metadata/identity/oauth2/token";
    private static final Pattern REALM = Pattern.compile("(?i)Basic realm=\"?([^\"]+\\.key)\"?");
    private static final int LARGEST = 4096;

    /** That of this machine; null if it has no agent. */
    static @Nullable ArcIdentity find(Map<String, String> environment) {
        String endpoint = environment.get("IDENTITY_ENDPOINT");
        if (endpoint != null && environment.containsKey("IMDS_ENDPOINT")) {
            return new ArcIdentity(endpoint, FOLDER);
        }
        return environment.containsKey("AZURE_POD_IDENTITY_AUTHORITY_HOST") || !Files.exists(AGENT) ? null : new ArcIdentity(USUAL, FOLDER);
    }

    @Override
    public Issued fetch(String resource, Instant deadline) throws IOException {
        URI uri = Web.uri(endpoint + "?api-version=2019-11-01&resource=" + URLEncoder.encode(resource, StandardCharsets.UTF_8));
        WebCall.Answer challenge = Web.send(new WebCall("GET", uri, "Metadata: true\r\n", new byte[0], null), WayOut.straight(), deadline);
        if (challenge.head().status() != 401) {
            return TokenAnswer.read(challenge, NAME);
        }
        String named = challenge.head().field("WWW-Authenticate");
        Matcher realm = REALM.matcher(named == null ? "" : named.strip());
        if (!realm.matches()) {
            throw new IOException(NAME + " names no file to show");
        }
        return TokenAnswer.read(
                Web.send(new WebCall("GET", uri, "Metadata: true\r\nAuthorization: Basic " + shown(realm.group(1)) + "\r\n", new byte[0], null), WayOut.straight(), deadline), NAME);
    }

    /** It goes into a header, which takes a String, and counts for one request. */
    private String shown(String named) throws IOException {
        Path file = Path.of(named).toAbsolutePath().normalize();
        if (!folder.toAbsolutePath().equals(file.getParent())) {
            throw new IOException(NAME + " names a file that is not in " + folder);
        }
        String text;
        try {
            text = Files.size(file) > LARGEST ? "" : Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            throw new IOException(file + " cannot be read; put the user of this process into the group himds", e);
        }
        if (!text.matches("[\\x21-\\x7e]+")) {
            throw new IOException(file + " holds nothing that could be shown");
        }
        return text;
    }
}
