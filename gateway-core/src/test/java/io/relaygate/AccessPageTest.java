package io.relaygate;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.access.identity.IdentityRule;
import io.relaygate.access.identity.PasswordFile;
import io.relaygate.access.identity.PasswordLine;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;
import io.relaygate.sdk.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configuration of {@code docs/access.md} that names every kind of identity provider is right. */
class AccessPageTest {

    private static final Pattern WHO = Pattern.compile("(?ms)^# who.yaml\n(.*?)^```$");
    private static final String KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    private static final Path PLACE = Path.of("..", "docs", "access.md");

    /** Any destination may be named by its clients. */
    record Login() implements Protocol<Login.Settings> {

        record Settings(
                @Setting(value = "Where clients may go.", byDefault = "host") DestinationName to) {}

        @Override
        public String name() {
            return "login";
        }

        @Override
        public Class<Settings> settings() {
            return Settings.class;
        }

        @Override
        public boolean judges() {
            return true;
        }

        @Override
        public ProtocolHandler open(Settings settings, RouteContext context) {
            return session -> {};
        }
    }

    /** One that the JDK trusts. */
    private static String someAuthority() throws Exception {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init((KeyStore) null);
        X509TrustManager trust = (X509TrustManager) factory.getTrustManagers()[0];
        String base64 = Base64.getMimeEncoder().encodeToString(trust.getAcceptedIssuers()[0].getEncoded());
        return "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n";
    }

    @Test
    void isTakenAsItStandsThere(@TempDir Path folder) throws Exception {
        Matcher found = WHO.matcher(Files.readString(PLACE));
        assertThat(found.find()).isTrue();
        PasswordFile.empty().with(PasswordLine.of("alice", "a".toCharArray(), Set.of())).write(folder.resolve("users.passwd"));
        Files.writeString(folder.resolve("codes.txt"), "alice:GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\n");
        Files.writeString(folder.resolve("authorized_keys"), "caller=\"alice\",groups=\"ops\" " + KEY + " laptop\n");
        Files.writeString(folder.resolve("user-ca.pub"), KEY + "\n");
        Files.writeString(folder.resolve("ca.pem"), someAuthority());
        GatewayConfig config = GatewayConfig.load(Files.writeString(folder.resolve("who.yaml"), found.group(1)), Map.of("login", new Login()));
        assertThat(config.settings().identityProviders()).hasSize(6);
        assertThat(config.settings().routes().getFirst().identityProviders())
                .isEqualTo(List.of("keys", "signers", "staff+codes").stream().map(IdentityRule::parse).toList());
        assertThat(Objects.requireNonNull(config.settings().identityProviders().get("entra")).tokens()).isNotNull();
    }
}
