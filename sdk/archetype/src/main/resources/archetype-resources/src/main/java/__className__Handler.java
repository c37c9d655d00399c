package ${package};

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.relaygate.sdk.Connection;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Serves the sessions of one route. */
final class ${className}Handler implements ProtocolHandler {

    private static final String BEGIN = "hello ";

    private final ${className}Settings settings;

    ${className}Handler(${className}Settings settings) {
        this.settings = settings;
    }

    @Override
    public void handle(Session session) throws IOException {
        Connection client = session.client();
        String line = line(client.in());
        if (!line.startsWith(BEGIN)) {
            throw new RefusedException(Reason.MALFORMED, "the first line must be `hello NAME`");
        }
        session.note("${protocol}.name", line.substring(BEGIN.length()));
        Connection far = session.dial(session.facts().caller(), Objects.requireNonNull(session.facts().to()));
        far.out().write((line + "\n").getBytes(US_ASCII));
        session.splice(client, far);
    }

    /** One byte after the other: what follows the line is left for the splice. */
    private String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0 || line.size() == BEGIN.length() + settings.longest()) {
                throw new RefusedException(Reason.MALFORMED, "the first line has no end, or is too long");
            }
            line.write(next);
        }
        return line.toString(US_ASCII);
    }
}
