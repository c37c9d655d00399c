package io.relaygate.dist;

import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.GatewayPlugin;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.SentSecret;
import io.relaygate.sdk.ServerCertificates;
import io.relaygate.sdk.Session;
import io.relaygate.sdk.Setting;
import io.relaygate.sdk.Tls;
import io.relaygate.sdk.TlsConnection;
import io.relaygate.sdk.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that a test puts into a jar: protocol {@code login}, whose clients show credentials and name destinations in
 * lines, and get a line back for each.
 */
public final class LoginPlugin implements GatewayPlugin {

    @Override
    public List<Protocol<?>> protocols() {
        return List.of(new Login());
    }

    /** What a route says. */
    public record Places(
            @Setting(value = "The destinations that clients name.", required = true) List<DestinationName> destinations,
            @Setting("What clients are shown that start TLS.") @Nullable ServerCertificates tls) {}

    private static final class Login implements Protocol<Places> {

        @Override
        public String name() {
            return "login";
        }

        @Override
        public Class<Places> settings() {
            return Places.class;
        }

        @Override
        public boolean judges() {
            return true;
        }

        @Override
        public ProtocolHandler open(Places settings, RouteContext context) {
            return session -> new Talk(session, settings, context.tls()).run();
        }
    }

    /** One client. */
    private static final class Talk {

        private final Session session;
        private final Map<Credential.Kind, Credential> shown = new EnumMap<>(Credential.Kind.class);
        private final Places settings;
        private final Tls tls;
        private Caller accepted;
        private Connection client;
        private @Nullable TlsConnection secure;

        Talk(Session session, Places settings, Tls tls) throws IOException {
            this.session = session;
            this.settings = settings;
            this.tls = tls;
            this.client = session.client();
            this.accepted = session.facts().caller();
        }

        void run() throws IOException {
            for (String line = line(client.in()); !line.isEmpty(); line = line(client.in())) {
                String[] words = line.split(" ", -1);
                if (words[0].equals("starttls")) {
                    secure = tls.accept(client, Objects.requireNonNull(settings.tls()));
                    client = secure;
                    continue;
                }
                String answer;
                try {
                    answer = answer(words);
                } catch (RefusedException e) {
                    answer = "refused " + e.reason();
                }
                if (answer.isEmpty()) {
                    return;
                }
                client.out().write((answer + "\n").getBytes(StandardCharsets.UTF_8));
                client.out().flush();
            }
        }

        private String answer(String[] words) throws IOException {
            switch (words[0]) {
                case "as" -> {
                    session.actAs(accepted);
                    return "acts as " + session.facts().caller().name();
                }
                case "dial" -> {
                    return dialled(session.dial(accepted, DestinationName.parse(words[1])));
                }
                case "forward" -> {
                    session.forward(DestinationName.parse(words[1]));
                    return "";
                }
                case "new" -> shown.clear();
                case "card" -> {
                    Credential.ClientCertificate certificate = Objects.requireNonNull(secure).clientCertificate();
                    return said(certificate == null ? session.judge() : session.judge(certificate));
                }
                default -> show(words);
            }
            return said(session.judge(shown.values().toArray(Credential[]::new)));
        }

        private void show(String[] words) {
            Credential credential = switch (words[0]) {
                case "password" -> new Credential.Password(words[1], SentSecret.of(words[2].toCharArray()));
                case "code" -> new Credential.OneTimeCode(words[1], SentSecret.of(words[2].toCharArray()));
                case "token" -> new Credential.BearerToken(SentSecret.ofUtf8(words[1].getBytes(StandardCharsets.UTF_8)));
                case "key" -> new Credential.PublicKey(words[1], blob(words[2]), words[3].equals("proven"));
                default -> new Credential.SshCertificate(words[1], blob(words[2]), words[3].equals("proven"));
            };
            shown.put(credential.kind(), credential);
        }

        private static ByteBuffer blob(String base64) {
            return ByteBuffer.wrap(Base64.getDecoder().decode(base64));
        }

        private String said(Verdict verdict) {
            return switch (verdict) {
                case Verdict.Accepted(Caller caller) -> {
                    accepted = caller;
                    yield "accepted " + caller.name() + " by " + caller.proof() + " in " + String.join(",", new TreeSet<>(caller.groups()));
                }
                case Verdict.Refused refused -> refused.tell();
                case Verdict.Incomplete incomplete -> "next " + new TreeSet<>(incomplete.next());
            };
        }

        private static String dialled(Connection to) throws IOException {
            to.out().write("word\n".getBytes(StandardCharsets.UTF_8));
            to.out().flush();
            return "dialled " + line(to.in());
        }

        private static String line(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next >= 0 && next != '\n' && line.length() < 20_000; next = in.read()) {
                line.append((char) next);
            }
            return line.toString();
        }
    }
}
