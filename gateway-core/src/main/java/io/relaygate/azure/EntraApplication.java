package io.relaygate.azure;

import io.relaygate.azure.TokenAnswer.Issued;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/**
 * An application, which asks Microsoft Entra for itself (client credentials, RFC 6749 section 4.4).
 *
 * @param clientId the application's
 * @param proof what shows that we are it
 */
record EntraApplication(TokenEndpoint endpoint, String clientId, Proof proof) implements EntraTokens.Source {

    /** What shows that we are an application: a secret, or an assertion. Read anew for every token. */
    interface Proof {
        /**
         * Puts it into a form.
         *
         * @throws IOException if it cannot be read; the message is for the operator
         */
        void into(Form form) throws IOException;
    }

    @Override
    public Issued fetch(String resource, Instant deadline) throws IOException {
        Duration before = endpoint.clock().ahead();
        WebCall.Answer answer = ask(resource, deadline);
        // An assertion has times in it, and only the answer to the first tells what time it is there.
        boolean clockWasWrong = endpoint.clock().ahead().minus(before).abs().compareTo(Duration.ofMinutes(1)) > 0;
        if (clockWasWrong && (answer.head().status() == 400 || answer.head().status() == 401)) {
            answer = ask(resource, deadline);
        }
        return TokenAnswer.read(answer, TokenEndpoint.NAME);
    }

    private WebCall.Answer ask(String resource, Instant deadline) throws IOException {
        try (Form form = new Form()) {
            proof.into(form);
            form.put("grant_type", "client_credentials").put("client_id", clientId).put("scope", TokenEndpoint.scope(resource));
            return endpoint.post("token", form, deadline);
        }
    }
}
