package io.relaygate.plugins.ssh.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.plugins.ssh.SshPlugin;
import io.relaygate.sdk.testkit.RouteSetup;
import io.relaygate.sdk.testkit.TestRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that cannot work, and what the operator is told. */
class ProxySettingsTest {

    private static final String PIN = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEW3Mb6wmO8qKQn7dZ9bHqJvW1bJkPZ2o5GqYt6oXyzA";

    @TempDir
    private Path folder;

    @BeforeEach
    void makeKeys() throws IOException {
        Keys.write(Keys.ed25519(), folder.resolve("one"));
        Keys.write(Keys.ed25519(), folder.resolve("other"));
        Keys.write(Keys.GATEWAY, folder.resolve("small"));
        Files.writeString(folder.resolve("none"), "no key\n");
    }

    private String key(String name) {
        return "\"${file:" + folder.resolve(name) + "}\"";
    }

    private String target(String more) {
        return "[ { " + more + " to: web1, login: { user: app, key: " + key("one") + ", hostKeys: [\"" + PIN + "\"] } } ]";
    }

    private static RouteSetup route(String yaml) {
        return TestRoute.with(new SshPlugin().protocols().getFirst()).destinations("web1").settings(yaml);
    }

    private void assertProblem(String yaml, String words) {
        assertThat(route("mode: proxy\n" + yaml).user("alice", "secret").problems()).anySatisfy(each -> assertThat(each).contains(words));
    }

    @Test
    void whatIsRightHasNoProblem() {
        assertThat(route("mode: proxy\nhostKeys: [" + key("one") + "]\ntargets: " + target("")).user("alice", "secret").problems()).isEmpty();
    }

    @Test
    void whatIsMissingIsSaid() {
        String keys = "hostKeys: [" + key("one") + "]\n";
        assertProblem("targets: " + target(""), "mode `proxy` needs `hostKeys`");
        assertProblem(keys + "limits: {}", "mode `proxy` needs `targets`");
        assertProblem(keys + "targets: [ { to: web1, login: { user: app, hostKeys: [\"" + PIN + "\"] } } ]", "needs a `key`, an `agent` or a `password`");
        assertProblem(keys + "targets: [ { to: web1, login: { user: app, key: " + key("one") + " } } ]", "needs `hostKeys` or `hostAuthorities`");
        assertProblem(keys + "targets: [ { to: \"{host}\", login: { user: app, key: " + key("one") + ", hostKeys: [\"" + PIN + "\"] } } ]",
                "needs a `user` that captures what it has in braces");
        assertThat(route("mode: proxy\n" + keys + "targets: " + target("")).problems())
                .anySatisfy(each -> assertThat(each).contains("name `identityProviders:` at the route"));
    }

    @Test
    void keysThatWillNotDoAreSaid() {
        assertProblem("hostKeys: [" + key("none") + "]\ntargets: " + target(""), "hostKeys[0] is no private key as OpenSSH or PEM writes it");
        assertProblem("hostKeys: [" + key("one") + ", " + key("other") + "]\ntargets: " + target(""), "hostKeys[1] is a second key of type ssh-ed25519");
        assertProblem("hostKeys: [" + key("small") + "]\ntargets: " + target(""), "hostKeys[0] is an RSA key of 2048 bits; expected 3072 at least");
    }

    @Test
    void whatIsOfTheOtherModeIsSaid() {
        String rest = "hostKeys: [" + key("one") + "]\ntargets: " + target("");
        assertProblem("requireStrictKex: true\n" + rest, "are for mode `passthrough`");
        assertThat(route("mode: passthrough\n" + rest).to("web1").problems()).anySatisfy(each -> assertThat(each).contains("are for mode `proxy`"));
        assertThat(route("mode: proxy\n" + rest).to("web1").user("alice", "secret").problems())
                .anySatisfy(each -> assertThat(each).contains("leave out the route's `to`"));
    }

    @Test
    void listsThatAreEmptyAreSaid() {
        String rest = "hostKeys: [" + key("one") + "]\n";
        for (String each : List.of("callers: [],", "groups: [],", "user: \"{caller\",")) {
            assertThat(route("mode: proxy\n" + rest + "targets: " + target(each)).user("alice", "secret").problems()).as(each).isNotEmpty();
        }
    }
}
