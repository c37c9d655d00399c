package io.relaygate.azure;

import io.relaygate.azure.TokenAnswer.Issued;
import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * The identity that Azure gave to this machine or app: asked of the identity endpoint of App Service and Container Apps (api-version
 * 2019-08-01) where the environment names one, of Azure Arc's agent where that is, and else of the instance metadata service of a virtual machine (IMDS, 2018-02-01).
 *
 * @param which {@code system}, or a client ID
 * @param environment the variables by which Azure tells a process of its identity
 */
record ManagedIdentity(String which, Map<String, String> environment) implements EntraTokens.Source {

    private static final String NAME = "the managed identity";

    @Override
    public Issued fetch(String resource, Instant deadline) throws IOException {
        String endpoint = environment.get("IDENTITY_ENDPOINT");
        String header = environment.get("IDENTITY_HEADER");
        // A field of a head is a String; the header guards the endpoint against other processes' requests only.
        return endpoint != null && header != null
                ? TokenAnswer.read(ask(endpoint + "?api-version=2019-08-01", "X-IDENTITY-HEADER: " + header.strip(), resource, deadline), NAME)
                : ofMachine(resource, deadline);
    }

    private Issued ofMachine(String resource, Instant deadline) throws IOException {
        ArcIdentity arc = ArcIdentity.find(environment);
        if (arc != null) {
            return arc.fetch(resource, deadline);
        }
        String host = environment.getOrDefault("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://169.254.169.254");
        WebCall.Answer answer = ask(
                TokenEndpoint.slashless(host) + "/metadata/identity/oauth2/token?api-version=2018-02-01", "Metadata: true", resource, deadline);
        int status = answer.head().status();
        // IMDS is being updated (404), for up to 70 seconds (410).
        if (status == 404 || status == 410) {
            throw new BusyException(String.valueOf(TokenAnswer.refusal(answer, NAME).getMessage()), Web.retryAfter(answer));
        }
        if (status == 400) {
            throw new IOException(TokenAnswer.refusal(answer, NAME).getMessage() + "; give this machine "
                    + (which.equals("system") ? "a system-assigned identity" : "the identity of this client ID"));
        }
        return TokenAnswer.read(answer, NAME);
    }

    private WebCall.Answer ask(String base, String field, String resource, Instant deadline) throws IOException {
        String client = which.equals("system") ? "" : "&client_id=" + encoded(which);
        URI uri = Web.uri(base + "&resource=" + encoded(resource) + client);
        try {
            return Web.send(new WebCall("GET", uri, field + "\r\n", new byte[0], null), WayOut.straight(), deadline);
        } catch (IOException e) {
            throw new IOException("no managed identity answers at " + uri.getAuthority()
                    + "; is this a machine or an app of Azure that has one? (" + e.getMessage() + ")", e);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
