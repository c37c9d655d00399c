package io.relaygate.plugins.ssh.bastion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.destination.DialerHost;
import io.relaygate.net.Threads;
import io.relaygate.observe.Metrics;
import io.relaygate.plugins.ssh.client.Algorithms;
import io.relaygate.sdk.DialTarget;
import io.relaygate.sdk.DialTarget.UnixSocket;
import io.relaygate.sdk.DialerHandle;
import io.relaygate.sdk.HostPort;
import io.relaygate.sdk.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a bastion's {@code permit:} lets pass. */
class PermitTest {

    private static DialTarget target(String text) {
        return text.startsWith("unix:") ? new UnixSocket(text.substring(5)) : HostPort.parse(text);
    }

    private static void assertPermits(String rule, List<String> these, List<String> not) {
        for (String each : these) {
            assertThat(TargetRule.parse(rule).permits(target(each))).as(rule + " for " + each).isTrue();
        }
        for (String each : not) {
            assertThat(TargetRule.parse(rule).permits(target(each))).as(rule + " for " + each).isFalse();
        }
    }

    @Test
    void aRuleIsForNamesOrForAddressesOrForSockets() {
        assertPermits("Db.corp:5432", List.of("db.corp:5432", "DB.corp.:5432"), List.of("db.corp:5433", "a.db.corp:5432", "unix:/db.corp:5432"));
        assertPermits("*.corp:1-99", List.of("a.corp:1", "a.b.corp:99"), List.of("corp:1", ".corp:1", "acorp:1", "a.corp:100", "a.corp:0"));
        assertPermits("*:*", List.of("a:1", "b.c:65535"), List.of("10.0.0.1:1", "[::1]:1", "unix:/a"));
        assertPermits("10.7.0.0/16:443", List.of("10.7.0.0:443", "10.7.255.255:443"), List.of("10.8.0.0:443", "10.6.255.255:443", "[a07::]:443", "a:443"));
        assertPermits("10.7.0.9:80", List.of("10.7.0.9:80"), List.of("10.7.0.8:80"));
        assertPermits("0.0.0.0/0:80", List.of("1.2.3.4:80", "255.0.0.1:80"), List.of("[::1]:80", "a:80"));
        assertPermits("fd00::/8:80", List.of("[fd12::1]:80"), List.of("[fc00::1]:80", "253.0.0.1:80"));
        assertPermits("[::1]:80", List.of("[::1]:80"), List.of("[::2]:80"));
        assertPermits("unix:/run/a", List.of("unix:/run/a"), List.of("unix:/run/b", "unix:/run/a/b", "a:1"));
        assertPermits("unix:/run/pg/*", List.of("unix:/run/pg/.s.5432"), List.of("unix:/run/pg", "unix:/run/pg/a/b", "unix:/run/b"));
    }

    @Test
    void whatIsNoRuleIsSaidSo() {
        for (String wrong : List.of("", "a", ":80", "unix:a", "a:0", "a:70000", "a:9-1", "a:", "a:x", "a b:80", "*a:80", "a.*:80", "[a]:80",
                "10.0.0.0/33:80", "10.0.0.1/8:80", "10.0.0.0/:80", "a/8:80", "fd00::/129:80", "a:99999999999")) {
            assertThatThrownBy(() -> TargetRule.parse(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("found '" + wrong + "'");
        }
    }

    private static BastionSettings bastion(String address, String... rules) {
        return new BastionSettings(HostPort.parse(address), "relay", null, null, null, null, TestBastion.secret("x"),
                List.of("SHA256:" + "A".repeat(43)), List.of(), Arrays.stream(rules).map(TargetRule::parse).toList(), Algorithms.MODERN,
                Duration.ofSeconds(15), 1, 1, Duration.ofMinutes(5));
    }

    @Test
    void whatIsNotPermittedIsRefusedBeforeTheBastionIsAskedAndWhenTheConfigurationIsChecked() {
        try (Threads threads = new Threads(0);
                DialerHandle dialer = new SshDialer().open(
                        new SshDialerSettings(List.of(bastion("outer:22", "inner:22"), bastion("inner:22", "db:5432", "unix:/run/a"))),
                        new DialerHost("db", "ssh", new Metrics(), threads))) {
            dialer.requireTakes(new HostPort("db", 5432));
            dialer.requireTakes(new UnixSocket("/run/a"));
            String why = "its `permit` has nothing for db:5433; the rule \"db:5433\" would permit it, and there are \"db:5432\", \"unix:/run/a\"";
            assertThatThrownBy(() -> dialer.requireTakes(new HostPort("db", 5433)))
                    .isInstanceOf(IllegalArgumentException.class).hasMessage("bastion inner:22: " + why);
            assertThatThrownBy(() -> dialer.dial(new HostPort("db", 5433), Instant.now().plusSeconds(30)))
                    .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(RefusedException.Reason.NOT_ALLOWED))
                    .hasMessage("through bastion inner:22: " + why);
        }
    }

    @Test
    void theNextBastionMustBePermittedToo() {
        try (Threads threads = new Threads(0)) {
            assertThatThrownBy(() -> new SshDialer().open(
                            new SshDialerSettings(List.of(bastion("outer:22", "10.0.0.0/8:22"), bastion("inner:22"))), new DialerHost("db", "ssh", new Metrics(), threads)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("bastion outer:22: its `permit` has nothing for inner:22");
        }
    }
}
