package io.relaygate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.relay.SasToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenCommandTest {

    private static final String KEY = "c2VjcmV0IGtleSBvZiBhIHRlc3Q=";

    @TempDir
    Path folder;

    private Cli cli;

    @BeforeEach
    void prepares() throws IOException {
        Files.writeString(folder.resolve("send.key"), KEY + "\n");
        Files.writeString(folder.resolve("send.cs"),
                "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=" + KEY + "\n");
        cli = new Cli(folder);
    }

    @Test
    void mintsATokenThatItsKeyHasSigned() {
        assertThat(cli.run("token", "--resource", "sb://contoso.servicebus.windows.net/site-oslo", "--key-name", "send",
                        "--key-file", "send.key", "--ttl", "10m"))
                .isZero();
        SasToken token = SasToken.parse(cli.out());
        assertThat(token.verify(KEY.toCharArray())).isTrue();
        assertThat(token.resource()).isEqualTo("http://contoso.servicebus.windows.net/site-oslo");
        assertThat(token.keyName()).isEqualTo("send");
        assertThat(Duration.between(Instant.now(), token.expires())).isBetween(Duration.ofMinutes(9), Duration.ofMinutes(10));
    }

    @Test
    void readsTheKeyFromAVariableOrStandardInput() {
        cli.environment.put("SEND_KEY", KEY);
        assertThat(cli.run("token", "--resource", "sb://ns/hc", "--key-name", "send", "--key-env", "SEND_KEY")).isZero();
        assertThat(SasToken.parse(cli.out()).verify(KEY.toCharArray())).isTrue();
        Cli piped = new Cli(folder).input(KEY + "\n");
        assertThat(piped.run("token", "--resource", "sb://ns/hc", "--key-name", "send", "--key-file", "-")).isZero();
        assertThat(SasToken.parse(piped.out()).verify(KEY.toCharArray())).isTrue();
    }

    @Test
    void takesAConnectionString() {
        assertThat(cli.run("token", "--connection-string-file", "send.cs", "--hybrid-connection", "site-oslo")).isZero();
        SasToken token = SasToken.parse(cli.out());
        assertThat(token.resource()).isEqualTo("http://contoso.servicebus.windows.net/site-oslo");
        assertThat(token.verify(KEY.toCharArray())).isTrue();
    }

    @Test
    void asksForTheHybridConnectionThatAConnectionStringLeavesOpen() {
        assertThat(cli.run("token", "--connection-string-file", "send.cs")).isEqualTo(2);
        assertThat(cli.err()).contains("--hybrid-connection").doesNotContain(KEY);
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(cli.run("token")).isEqualTo(2);
        assertThat(cli.run("token", "--resource", "sb://ns/hc", "--key-name", "send")).isEqualTo(2);
        assertThat(cli.run("token", "--resource", "ns/hc", "--key-name", "send", "--key-file", "send.key")).isEqualTo(2);
        assertThat(cli.run("token", "--resource", "sb://ns/hc", "--key-name", "send", "--key-file", "none.key")).isEqualTo(1);
        assertThat(cli.run("token", "--resource", "sb://ns/hc", "--key-name", "send", "--key-env", "NONE")).isEqualTo(1);
        assertThat(cli.run("token", "--connection-string-file", "send.cs", "--hybrid-connection", "x", "--ttl", "soon"))
                .isEqualTo(2);
        assertThat(cli.err())
                .contains("give --resource, --key-name")
                .contains("give --key-file FILE or --key-env NAME")
                .contains("--resource: expected sb://NAMESPACE/HYBRID-CONNECTION")
                .contains("no such file: ")
                .contains("the environment variable NONE is not set")
                .contains("--ttl: expected a duration such as");
    }

    @Test
    void hasNoOptionForTheKeyItself() {
        assertThat(cli.run("token", "--resource", "sb://ns/hc", "--key-name", "send", "--key", KEY)).isEqualTo(2);
    }

    @Test
    void explainsAToken() {
        String token = SasToken.mint("http://ns.example/site-oslo", "send", KEY.toCharArray(), Instant.now().plusSeconds(3605))
                .text();
        assertThat(cli.input(token + "\n").run("token", "explain", "--key-file", "send.key")).isZero();
        assertThat(cli.out())
                .contains("resource    http://ns.example/site-oslo\n")
                .contains("namespace   ns.example\n")
                .contains("covers      the hybrid connection site-oslo\n")
                .contains("key name    send\n")
                .containsPattern("expires     20\\d\\d-.*Z, in 1 hour\n")
                .contains("signature   made with the key\n")
                .doesNotContain(KEY);
    }

    @Test
    void saysThatATokenHasExpiredOrThatAnotherKeyMadeIt() {
        String expired = SasToken.mint("http://ns.example", "send", KEY.toCharArray(), Instant.now().minusSeconds(90)).text();
        assertThat(cli.run("token", "explain", expired)).isEqualTo(1);
        assertThat(cli.out())
                .containsPattern("expired 1 minute and 3\\d seconds ago")
                .contains("covers      every hybrid connection of the namespace")
                .contains("signature   not checked: no key given");
        Cli other = new Cli(folder).input("another key");
        String valid = SasToken.mint("http://ns.example", "send", KEY.toCharArray(), Instant.now().plusSeconds(90)).text();
        assertThat(other.run("token", "explain", "--key-file", "-", valid)).isEqualTo(1);
        assertThat(other.out()).contains("signature   NOT made with the key");
    }

    @Test
    void explainsATokenAsAUrlCarriesIt() {
        String token = SasToken.mint("http://ns.example/hc", "send", KEY.toCharArray(), Instant.now().plusSeconds(90)).text();
        String inUrl = java.net.URLEncoder.encode(token, java.nio.charset.StandardCharsets.UTF_8);
        assertThat(cli.run("token", "explain", "--key-file", "send.key", inUrl)).isZero();
        assertThat(new Cli(folder).run("token", "explain", inUrl.replace("+", "%20"))).isZero();
    }

    @Test
    void saysWhatIsNoToken() {
        assertThat(cli.input("nonsense").run("token", "explain")).isEqualTo(1);
        assertThat(cli.err()).isEqualTo("relaygate: not a SAS token: a token begins with 'SharedAccessSignature '\n");
    }
}
