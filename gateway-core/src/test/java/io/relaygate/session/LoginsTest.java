package io.relaygate.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.relaygate.access.AbsentClient;
import io.relaygate.access.Admission;
import io.relaygate.access.Arrival;
import io.relaygate.access.identity.IdentityProviderSettings;
import io.relaygate.access.identity.IdentityProviders;
import io.relaygate.access.identity.IdentityRule;
import io.relaygate.access.identity.Judge;
import io.relaygate.access.identity.KnownPasswords;
import io.relaygate.access.identity.PasswordFile;
import io.relaygate.net.Threads;
import io.relaygate.net.WayOut;
import io.relaygate.observe.AuditSettings;
import io.relaygate.observe.AuditSettings.WhenFull;
import io.relaygate.observe.AuditTrail;
import io.relaygate.observe.FileSize;
import io.relaygate.observe.Metrics;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.SentSecret;
import io.relaygate.sdk.SessionFacts;
import io.relaygate.sdk.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the audit and the metrics say of logins that a session has refused. */
class LoginsTest {

    private final Metrics metrics = new Metrics();
    private final Threads threads = new Threads(1);
    private AuditTrail audit;
    private LiveSession session;

    @TempDir
    private Path folder;

    @BeforeEach
    void routed() throws IOException {
        audit = AuditTrail.of(
                new AuditSettings(folder.resolve("audit"), new FileSize(1 << 20), 1, WhenFull.DROP), InstantSource.system(), metrics);
        audit.open(writer -> Thread.ofPlatform().daemon().start(writer));
        PasswordFile.empty().with(KnownPasswords.line("alice", "right", Set.of())).write(folder.resolve("users"));
        IdentityProviderSettings staff = new IdentityProviderSettings(
                new IdentityProviderSettings.Passwords(folder.resolve("users")), null, null, null, null, null);
        Judge judge = new IdentityProviders(InstantSource.system()).judges(Map.of("staff", staff), WayOut.straight()).of("routes[r].identityProviders", List.of(IdentityRule.parse("staff")));
        Arrival arrival = new Arrival(
                "in", "0".repeat(32), "192.0.2.7:51312", null, Caller.ANONYMOUS, null, null, null, "weu", null,
                Instant.now(),
                Instant.now().plusSeconds(60), Duration.ZERO, new AbsentClient());
        session = new LiveSession(arrival, threads, audit, new SessionMetrics(metrics, () -> 0));
        SessionFacts facts = new SessionFacts("0".repeat(32), "in", "r", Caller.ANONYMOUS, "test", null, Map.of(), null, null);
        session.routed(facts, "login", null, new Callers(arrival, new Admission.Open(), judge, false, () -> {}), name -> Optional.empty());
    }

    @AfterEach
    void closes() {
        audit.close();
        threads.close();
    }

    private Verdict login(String name, String password) {
        return session.judge(new Credential.Password(name, SentSecret.of(password.toCharArray())));
    }

    private List<String> audited() throws IOException {
        audit.close();
        return Files.readAllLines(folder.resolve("audit"));
    }

    private long counted(String cause) {
        return metrics.counter("relaygate_logins_refused", "Credentials that proved nothing, by why.", "entry_point", "route", "credential", "cause")
                .value("in", "r", "PASSWORD", cause);
    }

    @Test
    void aRefusedLoginIsARecordThatTellsEverythingButSecrets() throws IOException {
        assertThat(session.judge()).isInstanceOf(Verdict.Incomplete.class);
        assertThat(login("alice", "wr0ng")).isInstanceOf(Verdict.Refused.class);
        assertThat(login("my pa55word", "alice")).isInstanceOf(Verdict.Refused.class);
        assertThat(login("alice", "right")).isInstanceOf(Verdict.Accepted.class);
        List<String> audited = audited();
        assertThat(audited).hasSize(2).noneMatch(line -> line.contains("wr0ng") || line.contains("pa55word"));
        assertThat(audited.getFirst()).endsWith("\"msg\":\"login refused\",\"session\":\"" + "0".repeat(32) + "\",\"entryPoint\":\"in\",\"route\":\"r\","
                + "\"sender\":\"weu\",\"source\":\"192.0.2.7:51312\",\"credentials\":[\"PASSWORD\"],\"identityProviders\":[\"staff\"],"
                + "\"claimed\":\"alice\",\"cause\":\"WRONG\",\"detail\":\"a wrong password for staff\"}");
        assertThat(audited.getLast()).doesNotContain("claimed").contains("no such name in staff");
        assertThat(counted("WRONG")).isEqualTo(2);
    }

    @Test
    void aSessionTellsOfSoManyAndCountsTheOthers() throws IOException {
        for (int i = 0; i < 5 + Logins.MOST; i++) {
            login("alice", "guess" + i);
        }
        assertThat(session.result().notes()).containsEntry("loginsLeftOut", "5");
        assertThat(audited()).hasSize(Logins.MOST).last().asString().contains("\"cause\":\"HELD\"");
        assertThat(counted("WRONG")).isEqualTo(10);
        assertThat(counted("HELD")).isEqualTo(Logins.MOST - 5L);
    }
}
