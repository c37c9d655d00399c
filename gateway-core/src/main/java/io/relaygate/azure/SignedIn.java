package io.relaygate.azure;

import io.relaygate.azure.TokenAnswer.Issued;
import io.relaygate.net.PrivateFile;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A person who has signed in: asks with the refresh token (RFC 6749 section 6) that {@link SignIn} has left in a file of the owner alone, and
 * puts its successor there. The file is read for every request, so that a gateway that runs sees when somebody has signed in.
 *
 * @param file holds the refresh token and nothing else; need not be there
 */
record SignedIn(TokenEndpoint endpoint, String clientId, Path file) implements EntraTokens.Source {

    private static final Logger LOG = LoggerFactory.getLogger(SignedIn.class);
    private static final String HOW = "`relaygate login -c FILE`, as the user of this process, lets somebody sign in";

    /** What a person's tokens are asked for with, so that they can be renewed. */
    static String scope(String resource) {
        return TokenEndpoint.scope(resource) + " offline_access";
    }

    @Override
    public Issued fetch(String resource, Instant deadline) throws IOException {
        try (Form form = new Form()) {
            byte[] refresh = read();
            char[] text = StandardCharsets.US_ASCII.decode(ByteBuffer.wrap(refresh)).array();
            form.put("refresh_token", text);
            Arrays.fill(refresh, (byte) 0);
            Arrays.fill(text, '\0');
            form.put("grant_type", "refresh_token").put("client_id", clientId).put("scope", scope(resource));
            WebCall.Answer answer = endpoint.post("token", form, deadline);
            String error = answer.head().status() == 400 ? Web.said(answer.body(), "error") : "";
            if (error.equals("invalid_grant") || error.equals("interaction_required")) {
                throw new IOException(TokenAnswer.refusal(answer, TokenEndpoint.NAME).getMessage() + "; " + HOW + " again");
            }
            try {
                keep(answer);
            } catch (IOException e) {
                // The last one goes on being good for some weeks.
                LOG.atWarn().log("{}", e.getMessage());
            }
            return TokenAnswer.read(answer, TokenEndpoint.NAME);
        }
    }

    private byte[] read() throws IOException {
        if (!isThere()) {
            throw new IOException("nobody has signed in; " + HOW);
        }
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: it belongs to whoever has signed in", e);
        }
    }

    /** Whether somebody has. */
    boolean isThere() {
        return Files.exists(file);
    }

    /**
     * Puts the answer's refresh token into the file.
     *
     * @return whether it has one
     * @throws IOException if the file cannot be written
     */
    boolean keep(WebCall.Answer answer) throws IOException {
        char @Nullable [] next = answer.head().status() == 200 ? Web.member(answer.body(), "refresh_token") : null;
        if (next == null || next.length == 0) {
            return false;
        }
        byte[] bytes = new byte[next.length];
        for (int i = 0; i < next.length; i++) {
            bytes[i] = (byte) next[i];
        }
        Arrays.fill(next, '\0');
        try {
            PrivateFile.write(file, out -> out.write(bytes));
            return true;
        } catch (IOException e) {
            throw new IOException(file + " cannot be written, which holds that somebody has signed in: " + e.getMessage(), e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
