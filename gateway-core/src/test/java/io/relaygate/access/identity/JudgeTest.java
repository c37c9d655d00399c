package io.relaygate.access.identity;

import static io.relaygate.access.identity.TestClient.code;
import static io.relaygate.access.identity.TestClient.password;
import static io.relaygate.access.identity.TestClient.said;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.relaygate.access.CallerPattern;
import io.relaygate.access.WhenExpired;
import io.relaygate.access.ssh.SshKeygen;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.Verdict;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules of several identity providers, over their real files. */
class JudgeTest {

    private static final String KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    private static final ByteBuffer ALICES = ByteBuffer.wrap(blob(1));
    private static final ByteBuffer BOBS = ByteBuffer.wrap(blob(2));

    private final AtomicLong nanos = new AtomicLong();
    private final Hashing hashing = new Hashing(2, InstantSource.system());
    private final Brake brake = new Brake(nanos::get);
    private final VerifiedPasswords verified = new VerifiedPasswords(nanos::get);
    private final Map<String, IdentityProvider> providers = new HashMap<>();
    private Instant now = Instant.parse("2026-11-26T12:00:00Z");
    private String session = "s";
    private String source = "192.0.2.7";

    @TempDir
    private Path folder;

    /** An Ed25519 key whose bytes are all the same. */
    private static byte[] blob(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        byte[] type = "ssh-ed25519".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(8 + type.length + key.length).putInt(type.length).put(type).putInt(key.length).put(key).array();
    }

    @BeforeEach
    void providers() throws IOException {
        PasswordFile.empty()
                .with(KnownPasswords.line("alice", "right", Set.of("ops")))
                .with(KnownPasswords.line("bob", "bobs", Set.of()))
                .write(folder.resolve("users"));
        PasswordFile.empty()
                .with(KnownPasswords.line("carol", "carols", Set.of("partners")))
                .write(folder.resolve("partners"));
        Files.writeString(folder.resolve("codes"), "# apps\nalice:" + KEY + "\ncarol:" + KEY + "\n");
        Files.writeString(folder.resolve("keys"), "caller=\"alice\",groups=\"dba\" ssh-ed25519 " + Base64.getEncoder().encodeToString(blob(1)) + " a\n");
        providers.put("staff", new Passwords("staff", folder.resolve("users"), hashing, verified));
        providers.put("partners", new Passwords("partners", folder.resolve("partners"), hashing, verified));
        providers.put("codes", new OneTimeCodes("codes", folder.resolve("codes"), () -> now, new UsedCodes()));
        providers.put("keys", new PublicKeys("keys", folder.resolve("keys")));
    }


    private Judge judge(String... rules) {
        return new Judge("routes[r].identityProviders", Stream.of(rules).map(IdentityRule::parse).toList(), providers, brake, () -> now);
    }

    private Judgement judged(Judge judge, Credential... shown) {
        return judge.judge(TestClient.arrival(session, source), Instant.now().plusSeconds(30), shown);
    }

    private static String now(Instant time) {
        return CodeKey.parse(KEY).code(Math.floorDiv(time.getEpochSecond(), CodeKey.STEP));
    }

    private Credential shown(String word) {
        String[] parts = word.split(":", -1);
        return switch (parts[0]) {
            case "password" -> password(parts[1], parts[2]);
            case "code" -> code(parts[1], parts[2].equals("good") ? now(now) : parts[2]);
            case "key" -> new Credential.PublicKey(parts[1], parts[2].equals("alices") ? ALICES : BOBS, parts[3].equals("proven"));
            default -> new Credential.SshCertificate(parts[1], BOBS, true);
        };
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "staff | - | next: [PASSWORD]",
        "staff | password:alice:right | alice by password in [ops]",
        "staff | password:bob:bobs | bob by password in []",
        "staff | password:alice:wrong | refused: a wrong password for staff",
        "staff | password:alice:bobs | refused: a wrong password for staff",
        "staff | password:alice: | refused: a wrong password for staff",
        "staff | password:mallory:right | refused: no such name in staff",
        "staff | password:ALICE:right | refused: no such name in staff",
        "staff | key:alice:alices:proven | refused: no identity provider of the route takes [PUBLIC_KEY]",
        "staff | password:alice:right password:alice:right | refused: two credentials of one kind",
        "staff partners | password:carol:carols | carol by password in [partners]",
        "staff partners | password:carol:right | refused: no such name in staff; a wrong password for partners",
        "keys | key:alice:alices:offered | next: [PUBLIC_KEY]",
        "keys | key:alice:alices:proven | alice by public key in [dba]",
        "keys | key:bob:alices:proven | refused: a key that is not of that name in keys",
        "keys | key:alice:bobs:offered | refused: a key that is not of that name in keys",
        "keys | key:alice:bobs:proven | refused: a key that is not of that name in keys",
        "keys | certificate:alice | refused: no identity provider of the route takes [SSH_CERTIFICATE]",
        "keys staff | - | next: [PASSWORD, PUBLIC_KEY]",
        "keys staff | password:alice:right | alice by password in [ops]",
        "keys staff | password:alice:right key:alice:bobs:proven | refused: a key that is not of that name in keys",
        "keys staff | password:bob:bobs key:alice:alices:proven | refused: credentials for several names",
        "staff+codes | - | next: [PASSWORD]",
        "staff+codes | password:alice:right | next: [ONE_TIME_CODE]",
        "staff+codes | code:alice:good | next: [PASSWORD]",
        "staff+codes | code:alice:000000 | next: [PASSWORD]",
        "staff+codes | password:alice:right code:alice:good | alice by password and one-time code in [ops]",
        "staff+codes | password:alice:right code:alice:000000 | refused: a wrong code for codes",
        "staff+codes | password:alice:right code:alice: | refused: a wrong code for codes",
        "staff+codes | password:alice:wrong code:alice:good | refused: a wrong password for staff",
        "staff+codes | password:alice:right code:carol:good | refused: credentials for several names",
        "staff+codes | password:bob:bobs code:bob:good | refused: no such name in codes",
        "keys staff+codes | key:alice:alices:proven | alice by public key in [dba]",
        "keys staff+codes | password:alice:right | next: [ONE_TIME_CODE]",
        "keys+codes partners | key:alice:alices:offered | next: [PUBLIC_KEY]",
        "keys+codes partners | key:alice:alices:proven code:alice:good | alice by public key and one-time code in [dba]",
        "staff+keys | password:alice:right | next: [PUBLIC_KEY]",
        "staff+keys | password:alice:right key:alice:alices:proven | alice by password and public key in [dba, ops]",
    })
    void theRulesDecide(String rules, String credentials, String expected) {
        Credential[] shown = credentials == null
                ? new Credential[0]
                : Stream.of(credentials.split(" ", -1)).map(this::shown).toArray(Credential[]::new);
        Judgement judgement = judged(judge(rules.split(" ", -1)), shown);
        assertThat(said(judgement.verdict())).isEqualTo(expected);
        assertThat(judgement.login() != null).isEqualTo(judgement.verdict() instanceof Verdict.Accepted);
        if (judgement.verdict() instanceof Verdict.Refused refused) {
            assertThat(refused.tell()).isEqualTo("the login failed");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", value = {
        "staff | password:alice:wrong | PASSWORD WRONG of alice by [staff]",
        "staff | password:hunter2:wrong | PASSWORD WRONG by [staff]",
        "staff partners | password:carol:right | PASSWORD WRONG of carol by [staff, partners]",
        "staff | password:alice:right | -",
        "staff | key:alice:alices:proven | PUBLIC_KEY UNFIT by []",
        "keys | key:alice:bobs:proven | PUBLIC_KEY WRONG of alice by [keys]",
        "keys | key:bob:bobs:proven | PUBLIC_KEY WRONG by [keys]",
        "keys | key:alice:bobs:offered | -",
        "keys | key:alice:alices:offered | -",
        "staff | key:alice:alices:offered | -",
        "keys staff | password:alice:right key:alice:bobs:offered | -",
        "keys staff | password:alice:wrong key:alice:alices:offered | PASSWORD WRONG of alice by [staff]",
        "keys staff | password:bob:bobs key:alice:alices:proven | PASSWORD PUBLIC_KEY UNFIT by []",
        "staff+codes | password:alice:right code:alice:000000 | ONE_TIME_CODE WRONG of alice by [codes]",
        "staff | - | -",
    })
    void whatIsRefusedIsToldToTheAuditWithoutNamesThatNobodyHas(String rules, String credentials, String expected) {
        Credential[] shown = credentials == null
                ? new Credential[0]
                : Stream.of(credentials.split(" ", -1)).map(this::shown).toArray(Credential[]::new);
        Denial denial = judged(judge(rules.split(" ", -1)), shown).denial();
        String told = denial == null ? null : denial.kinds().stream().sorted().map(Enum::name).collect(Collectors.joining(" ")) + " "
                + denial.cause() + (denial.claimed() == null ? "" : " of " + denial.claimed()) + " by " + denial.providers();
        assertThat(told).isEqualTo(expected);
    }

    @Test
    void aNameThatIsNotThereCostsWhatAWrongPasswordCosts() {
        for (String name : List.of("alice", "mallory", "bob", "eve")) {
            long before = hashing.done();
            assertThat(judged(judge("staff", "partners"), password(name, "wrong")).verdict()).isInstanceOf(Verdict.Refused.class);
            assertThat(hashing.done() - before).as(name).isEqualTo(2);
        }
    }

    @Test
    void aPasswordThatWasRightIsNotHashedWithEachRequestButForAWhileOnly() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(said(judged(judge("staff"), password("alice", "right")).verdict())).startsWith("alice");
        }
        assertThat(hashing.done()).isEqualTo(1);
        assertThat(judged(judge("staff"), password("alice", "wrong")).verdict()).isInstanceOf(Verdict.Refused.class);
        assertThat(hashing.done()).isEqualTo(2);
        nanos.addAndGet(VerifiedPasswords.WHILE.toNanos());
        assertThat(said(judged(judge("staff"), password("alice", "right")).verdict())).startsWith("alice");
        assertThat(hashing.done()).isEqualTo(3);
        PasswordLine old = Objects.requireNonNull(PasswordFile.read(folder.resolve("users")).line("alice"));
        assertThat(verified.has(old, "right".toCharArray())).isTrue();
        assertThat(verified.has(KnownPasswords.line("alice", "new", Set.of()), "right".toCharArray())).isFalse();
    }

    @Test
    void aCodeIsGoodOnceButAgainInTheSessionThatUsedIt() {
        String code = now(now);
        Judge judge = judge("staff+codes");
        for (int i = 0; i < 2; i++) {
            assertThat(said(judged(judge, password("alice", "right"), code("alice", code)).verdict())).startsWith("alice");
        }
        session = "another";
        assertThat(said(judged(judge, password("alice", "right"), code("alice", code)).verdict()))
                .isEqualTo("refused: a code for codes that was used before");
        String earlier = now(now.minusSeconds(30));
        assertThat(said(judged(judge, password("alice", "right"), code("alice", earlier)).verdict()))
                .isEqualTo("refused: a code for codes that was used before");
        now = now.plusSeconds(30);
        assertThat(said(judged(judge, password("alice", "right"), code("alice", now(now))).verdict())).startsWith("alice");
    }

    @ParameterizedTest
    @CsvSource({"-61, false", "-30, true", "0, true", "30, true", "61, false"})
    void aCodeOfTheStepBeforeAndAfterIsGoodToo(int seconds, boolean good) {
        Verdict verdict = judged(judge("staff+codes"), password("alice", "right"), code("alice", now(now.plusSeconds(seconds)))).verdict();
        assertThat(verdict instanceof Verdict.Accepted).isEqualTo(good);
    }

    @Test
    void aCodeIsNotUsedUpByAWrongPassword() {
        String code = now(now);
        assertThat(judged(judge("staff+codes"), password("alice", "wrong"), code("alice", code)).verdict()).isInstanceOf(Verdict.Refused.class);
        assertThat(judged(judge("staff+codes"), password("alice", "right"), code("alice", code)).verdict()).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    void whoGuessesIsNotJudgedAnyMoreForAWhile() {
        Judge judge = judge("staff");
        for (int i = 0; i < 10; i++) {
            assertThat(judged(judge, password("alice", "guess" + i)).verdict()).isInstanceOf(Verdict.Refused.class);
        }
        long before = hashing.done();
        nanos.addAndGet(Duration.ofMinutes(4).toNanos());
        assertThat(judged(judge, password("alice", "right")).verdict())
                .isEqualTo(new Verdict.Refused("not judged, after too many failures", "the login failed", Duration.ofMinutes(6)));
        assertThat(hashing.done()).isEqualTo(before);
        source = "192.0.2.8";
        assertThat(said(judged(judge, password("alice", "right")).verdict())).as("from elsewhere").startsWith("alice");
        source = "192.0.2.7";
        nanos.addAndGet(Brake.WHILE.toNanos() + 1);
        assertThat(said(judged(judge, password("alice", "right")).verdict())).as("later").startsWith("alice");
    }

    @Test
    void aSourceThatTriesManyNamesIsNotJudgedAnyMoreButForThoseWhoHaveComeInFromThere() {
        Judge judge = judge("staff");
        assertThat(said(judged(judge, password("alice", "right")).verdict())).startsWith("alice");
        for (int i = 0; i < 30; i++) {
            judged(judge, password("name" + i, "guess"));
        }
        assertThat(said(judged(judge, password("bob", "bobs")).verdict())).isEqualTo("refused: not judged, after too many failures");
        assertThat(said(judged(judge, password("alice", "right")).verdict())).startsWith("alice");
        source = "2001:db8::1";
        for (int i = 0; i < 30; i++) {
            source = "2001:db8::" + i;
            judged(judge, password("name" + i, "guess"));
        }
        assertThat(said(judged(judge, password("bob", "bobs")).verdict())).as("one network").startsWith("refused: not judged");
    }

    @Test
    void wrongCodesOfOneNameAreCountedWhereverTheyComeFrom() {
        Judge judge = judge("staff+codes");
        for (int i = 0; i < 10; i++) {
            source = "192.0.2." + i;
            assertThat(said(judged(judge, password("alice", "right"), code("alice", "00000" + i)).verdict())).isEqualTo("refused: a wrong code for codes");
        }
        source = "192.0.2.99";
        assertThat(said(judged(judge, password("alice", "right"), code("alice", now(now))).verdict()))
                .isEqualTo("refused: not judged, after too many wrong codes for the name");
    }

    @Test
    void anOfferedKeyAndAnUnknownOneAreNoFailures() {
        Judge judge = judge("keys", "staff");
        for (int i = 0; i < 100; i++) {
            judged(judge, shown("key:alice:bobs:offered"));
        }
        assertThat(said(judged(judge, password("alice", "right")).verdict())).startsWith("alice");
    }

    @Test
    void aNameThatNobodyCanHaveIsRefusedUnseen() {
        for (String name : List.of("", " alice", "al\nice", "a".repeat(257))) {
            assertThat(said(judged(judge("staff"), password(name, "right")).verdict())).isEqualTo("refused: a name that nobody can have");
        }
        assertThat(hashing.done()).isZero();
    }

    /** A file that has changed is seen within a second; a new provider sees it at once. */
    private Caller again(Judge judge, Login login) throws Exception {
        Files.setLastModifiedTime(folder.resolve("users"), FileTime.from(Instant.now().plusSeconds(5)));
        providers.put("staff", new Passwords("staff", folder.resolve("users"), hashing, verified));
        return judge.again(login).caller();
    }

    @Test
    void aReloadAsksForTheCallerAsItIsNow() throws Exception {
        Login login = Objects.requireNonNull(judged(judge("staff"), password("alice", "right")).login());
        PasswordFile file = PasswordFile.read(folder.resolve("users"));
        PasswordLine line = Objects.requireNonNull(file.line("alice"));
        file.with(new PasswordLine("alice", line.iterations(), line.salt(), line.hash(), Set.of("dba"))).write(folder.resolve("users"));
        providers.put("staff", new Passwords("staff", folder.resolve("users"), hashing, verified));
        assertThat(again(judge("staff"), login)).isEqualTo(new Caller("alice", "password", Set.of("dba")));
        for (Judge other : List.of(judge("partners"), judge("staff+codes"), judge("keys"))) {
            assertThatThrownBy(() -> other.again(login)).isInstanceOf(RefusedException.class).hasMessageContaining("vouches any more for caller 'alice'");
        }
        file.with(KnownPasswords.line("alice", "new", Set.of("ops"))).write(folder.resolve("users"));
        providers.put("staff", new Passwords("staff", folder.resolve("users"), hashing, verified));
        assertThatThrownBy(() -> judge("staff").again(login)).as("another password").isInstanceOf(RefusedException.class);
        file.without("alice").write(folder.resolve("users"));
        providers.put("staff", new Passwords("staff", folder.resolve("users"), hashing, verified));
        assertThatThrownBy(() -> judge("staff").again(login)).as("gone").isInstanceOf(RefusedException.class);
    }

    @Test
    void sshKeygensKeysAndCertificatesAreJudged() throws Exception {
        SshKeygen keygen = new SshKeygen(folder);
        Path authority = keygen.key("ca", "ed25519");
        keygen.key("other", "ed25519");
        keygen.key("user", "ecdsa-256");
        Files.copy(authority, folder.resolve("trusted"));
        providers.put("signers", new CertificateAuthorities("signers",
                new IdentityProviderSettings.CertificateAuthorities(
                        folder.resolve("trusted"), List.of(CallerPattern.parse("al*")), List.of("ssh"), WhenExpired.END),
                () -> now));
        String[][] cases = {
            {"ca", "alice", "alice by SSH certificate in [ssh]", "-n", "bob,alice"},
            {"ca", "alice", "it is not for that name", "-n", "bob"},
            {"ca", "alice", "it is not for that name", "-O", "no-pty"},
            {"ca", "bob", "that name is none that signers takes", "-n", "bob"},
            {"other", "alice", "its authority is not in signers", "-n", "alice"},
            {"ca", "alice", "it is not good at this time", "-n", "alice", "-V", "20250101:20250201"},
            {"ca", "alice", "it is not good at this time", "-n", "alice", "-V", "20280101:20280201"},
            {"ca", "alice", "alice by SSH", "-n", "alice", "-V", "20260101:20280201"},
            {"ca", "alice", "alice by SSH", "-n", "alice", "-O", "source-address=203.0.113.0/24,192.0.2.0/24"},
            {"ca", "alice", "it may not be used from there", "-n", "alice", "-O", "source-address=203.0.113.0/24"},
            {"ca", "alice", "its critical option force-command cannot", "-n", "alice", "-O", "force-command=ls"},
            {"ca", "alice", "its critical option critical@x cannot", "-n", "alice", "-O", "critical:critical@x=1"},
            {"ca", "alice", "a certificate that is not for a user", "-n", "alice", "-h"},
        };
        for (String[] each : cases) {
            ByteBuffer blob = SshKeygen.blob(keygen.certificate(each[0], "user", Arrays.copyOfRange(each, 3, each.length)));
            String said = said(judged(judge("signers"), new Credential.SshCertificate(each[1], blob, true)).verdict());
            assertThat(said).as(Arrays.toString(each)).contains(each[2]);
            String offered = said(judged(judge("signers"), new Credential.SshCertificate(each[1], blob, false)).verdict());
            assertThat(offered).isEqualTo(said.startsWith("alice") ? "next: [SSH_CERTIFICATE]" : said);
        }
        Credential brief = new Credential.SshCertificate(
                "alice", SshKeygen.blob(keygen.certificate("ca", "user", "-n", "alice", "-V", "20260101:20280201")), true);
        Credential everlasting = new Credential.SshCertificate("alice", SshKeygen.blob(keygen.certificate("ca", "user", "-n", "alice")), true);
        Login login = Objects.requireNonNull(judged(judge("signers"), brief).login());
        Instant end = judge("signers").again(login).until();
        assertThat(end).isBetween(Instant.parse("2028-01-31T00:00:00Z"), Instant.parse("2028-02-02T00:00:00Z"));
        assertThat(judge("signers").again(Objects.requireNonNull(judged(judge("signers"), everlasting).login())).until()).isEqualTo(Instant.MAX);
        now = end;
        assertThatThrownBy(() -> judge("signers").again(login)).hasMessage("the SSH certificate of caller 'alice' has expired");
        now = Instant.parse("2026-11-26T12:00:00Z");
        ByteBuffer good = SshKeygen.blob(keygen.certificate("ca", "user", "-n", "alice", "-O", "source-address=192.0.2.0/24"));
        Verdict nowhere = judge("signers").judge(TestClient.arrival("s", null), Instant.now(), new Credential.SshCertificate("alice", good, true)).verdict();
        assertThat(said(nowhere)).contains("it may not be used from there");
        Files.write(folder.resolve("trusted"), Files.readAllBytes(folder.resolve("user-cert.pub")));
        assertThatThrownBy(() -> new CertificateAuthorities("signers",
                        new IdentityProviderSettings.CertificateAuthorities(folder.resolve("trusted"), List.of(), List.of(), WhenExpired.END), () -> now))
                .isInstanceOf(IOException.class).hasMessageContaining("trusted:1: a certificate, where a key is expected");
    }
}
