package io.relaygate.cli;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.azure.LocalAzure;
import io.relaygate.plugin.PluginJar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** People who sign in at a terminal, and what commands say of identities. */
@Timeout(60)
class LoginCommandTest {

    @TempDir
    Path folder;

    private LocalAzure azure;

    @BeforeEach
    void prepares() throws IOException {
        azure = new LocalAzure();
        Files.createDirectories(folder.resolve("plugins"));
        PluginJar.of("tcp", "{}").to(folder.resolve("plugins/tcp.jar"));
        credential("deviceCode: true, tenant: contoso, authority: \"" + azure.address() + "\"");
    }

    @AfterEach
    void stops() {
        azure.close();
    }

    private void credential(String text) throws IOException {
        Files.writeString(folder.resolve("relaygate.yaml"), """
                namespaces: { weu: { endpoint: "sb://localhost:1/", credential: { %s } } }
                sites: { oslo: { namespaces: [weu], hybridConnection: hub, services: [x], mode: plain } }
                entryPoints: { in: { listen: "127.0.0.1:0" } }
                routes: [ { name: in, from: in, to: oslo/x, open: true } ]
                """.formatted(text));
    }

    private Cli run(int code, String... arguments) {
        Cli cli = new Cli(folder);
        assertThat(cli.run(arguments)).as(cli.out() + cli.err()).isEqualTo(code);
        return cli;
    }

    @Test
    void somebodySignsInOnceAndIsRememberedUntilThatIsTakenBack() {
        assertThat(run(0, "check").out()).contains("namespace weu: nobody has signed in yet; `relaygate login` lets somebody");
        Cli first = run(0, "login");
        assertThat(first.err()).contains("for namespace weu, open https://microsoft.com/devicelogin in a browser and enter the code ABCD-EFGH")
                .doesNotContain("refresh-", "device-code");
        assertThat(first.out()).isEqualTo("somebody has signed in for 1 namespace\n");
        assertThat(run(0, "check").out()).doesNotContain("signed in");

        Cli again = run(0, "login");
        assertThat(again.err()).isEmpty();
        azure.forget();
        assertThat(run(0, "login").err()).contains("ABCD-EFGH");
    }

    @Test
    void connectAsksWhoeverHasNotSignedIn() {
        Cli cli = new Cli(folder);
        assertThat(cli.run("connect", "oslo/x", "--stdio")).isNotZero();
        assertThat(cli.err()).contains("ABCD-EFGH", "signed in", "Connection refused");
        Cli again = new Cli(folder);
        assertThat(again.run("connect", "oslo/x", "--stdio")).isNotZero();
        assertThat(again.err()).doesNotContain("ABCD-EFGH");
    }

    @Test
    void connectNeedsNoConfigurationToAskAndRemembersInTheUsersStates() throws IOException {
        String[] words = ("connect hub/x --stdio --endpoint sb://localhost:1/ --device-code --tenant contoso --authority " + azure.address()).split(" ");
        Path states = folder.resolve("states");
        for (String asked : new String[] {"ABCD-EFGH", ""}) {
            Cli cli = new Cli(folder);
            cli.environment.put("XDG_STATE_HOME", states.toString());
            assertThat(cli.run(words)).isEqualTo(1);
            assertThat(cli.err()).contains(asked, "Connection refused").doesNotContain("refresh-", "device-code");
            assertThat(cli.err().contains("in a browser and enter the code")).isEqualTo(!asked.isEmpty());
        }
        try (Stream<Path> kept = Files.list(states.resolve("relaygate"))) {
            assertThat(kept).hasSize(1).allSatisfy(file -> assertThat(Files.getPosixFilePermissions(file)).containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE));
        }
        Cli elsewhere = new Cli(folder);
        assertThat(elsewhere.run(Stream.concat(Stream.of(words), Stream.of("--state-dir", "mine")).toArray(String[]::new))).isEqualTo(1);
        assertThat(elsewhere.err()).contains("ABCD-EFGH");
        assertThat(folder.resolve("mine")).isDirectoryContaining("glob:**sign-in-*");
    }

    @Test
    void whoeverCannotSignInIsToldWhy() throws IOException {
        credential("deviceCode: true, tenant: other, authority: \"" + azure.address() + "\"");
        assertThat(run(1, "login").err()).contains("namespace weu: Microsoft Entra gives no token: answered");
        credential("managedIdentity: system");
        assertThat(run(1, "login").err()).contains("no namespace has `credential: { deviceCode: true }`");
    }

    @Test
    void aTokenOfMicrosoftEntraIsExplained() {
        String claims = "{\"aud\":\"https://relay.azure.net/\",\"iss\":\"https://sts.windows.net/t/\",\"tid\":\"t\",\"oid\":\"o\",\"appid\":\"a\",\"exp\":%d}";
        assertThat(explained(claims.formatted(4_000_000_000L), 0)).contains("audience    https://relay.azure.net/", "object      o", "signature   not checked");
        assertThat(explained(claims.formatted(1_000_000_000L), 1)).contains("expired ");
        assertThat(explained("[]", 1)).contains("not a token of Microsoft Entra");
    }

    private String explained(String claims, int code) {
        Cli cli = new Cli(folder).input("eyJ." + Base64.getUrlEncoder().withoutPadding().encodeToString(claims.getBytes(StandardCharsets.UTF_8)) + ".s\n");
        assertThat(cli.run("token", "explain")).isEqualTo(code);
        return cli.out() + cli.err();
    }

    @Test
    void rolesArePrintedBesideKeys() {
        assertThat(run(0, "relay-keys", "site-oslo").out())
                .contains("--role 'Azure Relay Sender'", "--role 'Azure Relay Listener'", "{ managedIdentity: system }");
    }
}
