package io.relaygate.cli;

import io.relaygate.net.WayOut;
import io.relaygate.net.WebCall;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Fetches files over HTTPS, as what becomes code of the gateway must be fetched. */
final class Download {

    private static final int LARGEST = 128 << 20;
    private static final int REDIRECTS = 5;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final WayOut out;
    private final @Nullable Path caFile;

    /**
     * Of servers with certificates of these authorities.
     *
     * @param out how they are reached
     * @param caFile null for those of the runtime
     */
    Download(WayOut out, @Nullable Path caFile) {
        this.out = out;
        this.caFile = caFile;
    }

    /**
     * Writes what is at an address into a file. Redirects are followed, to HTTPS only.
     *
     * @return whether there is anything
     * @throws IOException if there is no whole answer, or one that is neither it nor that nothing is there
     */
    boolean fetch(URI address, Path to) throws IOException {
        URI next = address;
        for (int i = 0; i <= REDIRECTS; i++) {
            if (!"https".equals(next.getScheme()) || next.getHost() == null) {
                throw new IOException(next + ": an address must begin with https:// and name a host, for it becomes code of the gateway");
            }
            WebCall.Answer answer = ask(next);
            switch (answer.head().status()) {
                case 200 -> {
                    Files.write(to, answer.body());
                    return true;
                }
                case 404 -> {
                    return false;
                }
                case 301, 302, 303, 307, 308 -> next = redirected(next, answer.head().field("Location"));
                default -> throw new IOException(next + ": answered with " + answer.head().status());
            }
        }
        throw new IOException(address + ": more than " + REDIRECTS + " redirects");
    }

    private WebCall.Answer ask(URI address) throws IOException {
        try {
            return WebCall.download(address, caFile, LARGEST).send(out, LIMIT, _ -> {});
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("PKIX path")) {
                throw new IOException(address + ": its certificate is of no authority that is trusted here; --ca-file names one", e);
            }
            throw e;
        }
    }

    private static URI redirected(URI from, @Nullable String location) throws IOException {
        if (location == null) {
            throw new IOException(from + ": a redirect without an address");
        }
        try {
            return from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new IOException(from + ": a redirect to what is no address", e);
        }
    }
}
