package io.relaygate.sdk.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.relaygate.sdk.Connection;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Setting;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;

/** Handlers of a protocol whose first line names the destination: one that is right, and some that are not. */
final class Samples {

    private Samples() {}

    record Settings(@Setting(value = "How long the line may get.", byDefault = "20", min = "1", max = "100") int longest) {}

    /** What is done with a session. */
    interface Story {
        void tell(Session session, Settings settings) throws IOException;
    }

    record Named(Story story) implements Protocol<Settings> {
        @Override
        public String name() {
            return "named";
        }

        @Override
        public Class<Settings> settings() {
            return Settings.class;
        }

        @Override
        public ProtocolHandler open(Settings settings, RouteContext context) {
            return session -> story.tell(session, settings);
        }
    }

    static String line(InputStream in, int longest) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the client ended in its first line");
            }
            if (line.length() == longest) {
                throw new RefusedException(Reason.MALFORMED, "the line is too long");
            }
            line.append((char) next);
        }
        return line.toString();
    }

    static void right(Session session, Settings settings) throws IOException {
        String name = line(session.client().in(), settings.longest());
        session.note("named", name);
        session.forward(DestinationName.parse(name.toLowerCase(Locale.ROOT)));
    }

    /** Takes what one read gives for the whole line. */
    static void breaksAtACut(Session session, Settings settings) throws IOException {
        byte[] buffer = new byte[100];
        int n = session.client().in().read(buffer);
        String[] parts = new String(buffer, 0, n, ISO_8859_1).split("\n", 2);
        Connection to = session.dial(session.facts().caller(), DestinationName.parse(parts[0]));
        to.out().write(parts[1].getBytes(ISO_8859_1));
        session.splice(session.client(), to);
    }

    /** Copies one way, and tells the destination nothing of the client's end. */
    static void ignoresTheEnd(Session session, Settings settings) throws IOException {
        Connection to = dialled(session, settings);
        Connection client = session.client();
        session.fork("up", () -> client.in().transferTo(to.out()));
        to.in().transferTo(client.out());
    }

    /** Tells the destination of an end whatever has happened to the client. */
    static void takesAResetForAnEnd(Session session, Settings settings) throws IOException {
        Connection to = dialled(session, settings);
        Connection client = session.client();
        session.fork("up", () -> {
            try {
                client.in().transferTo(to.out());
            } catch (IOException e) {
                session.note("client", "gone");
            }
            to.finish();
        });
        to.in().transferTo(client.out());
    }

    /** Reads as much as there is before it passes it on. */
    static void hoards(Session session, Settings settings) throws IOException {
        Connection to = dialled(session, settings);
        Connection client = session.client();
        session.fork("up", () -> {
            client.in().transferTo(to.out());
            to.finish();
        });
        client.out().write(to.in().readAllBytes());
    }

    private static Connection dialled(Session session, Settings settings) throws IOException {
        return session.dial(
                session.facts().caller(), DestinationName.parse(line(session.client().in(), settings.longest())));
    }
}
