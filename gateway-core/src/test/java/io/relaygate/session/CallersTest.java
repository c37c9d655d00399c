package io.relaygate.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.relaygate.access.AbsentClient;
import io.relaygate.access.Admission;
import io.relaygate.access.AllowSettings;
import io.relaygate.access.Arrival;
import io.relaygate.access.WhenExpired;
import io.relaygate.access.identity.IdentityProviderSettings;
import io.relaygate.access.identity.IdentityProviders;
import io.relaygate.access.identity.IdentityRule;
import io.relaygate.access.identity.Judge;
import io.relaygate.access.identity.KnownPasswords;
import io.relaygate.access.identity.PasswordFile;
import io.relaygate.net.WayOut;
import io.relaygate.sdk.Caller;
import io.relaygate.sdk.Credential;
import io.relaygate.sdk.DestinationName;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;
import io.relaygate.sdk.SentSecret;
import io.relaygate.sdk.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may act in a session. */
class CallersTest {

    private static final DestinationName DB = DestinationName.parse("db");
    private static final Caller CERTIFIED = new Caller("carol", "certificate", Set.of());

    private static final Admission OPEN = new Admission.Open();

    private static final Admission OPS = Admission.of(
            "the route",
            "routes[r].allow",
            new AllowSettings(List.of(), List.of(), List.of("ops"), List.of(), List.of(), List.of()),
            false,
            InstantSource.system());

    @TempDir
    private Path folder;

    private static Callers callers(Admission admission, @Nullable Judge judge, Callers.Latest latest) {
        return callers(admission, judge, false, latest);
    }

    private static Callers callers(Admission admission, @Nullable Judge judge, boolean open, Callers.Latest latest) {
        Arrival arrival = new Arrival(
                "in", "0".repeat(32), "test", null, CERTIFIED, null, null, null, null, null, Instant.now(), Instant.EPOCH, Duration.ZERO, new AbsentClient());
        return new Callers(arrival, admission, judge, open, latest);
    }

    /** Alice is of the group that the route allows, bob is not. */
    private Judge judge() throws IOException {
        PasswordFile.empty()
                .with(KnownPasswords.line("alice", "a", Set.of("ops")))
                .with(KnownPasswords.line("bob", "b", Set.of("dev")))
                .write(folder.resolve("users"));
        IdentityProviderSettings staff = new IdentityProviderSettings(
                new IdentityProviderSettings.Passwords(folder.resolve("users")), null, null, null, null, null);
        return new IdentityProviders(InstantSource.system()).judges(Map.of("staff", staff), WayOut.straight()).of("routes[r].identityProviders", List.of(IdentityRule.parse("staff")));
    }

    private static Caller accepted(Callers callers, String name) {
        Credential password = new Credential.Password(name, SentSecret.of(name.substring(0, 1).toCharArray()));
        Verdict verdict = callers.judge(Instant.now().plusSeconds(30), password).verdict();
        password.close();
        return ((Verdict.Accepted) verdict).caller();
    }

    private static void refused(String why, Callers callers, Caller caller) {
        assertThatThrownBy(() -> callers.let(caller, DB, OPEN))
                .isInstanceOfSatisfying(RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_ALLOWED))
                .hasMessageContaining(why);
    }

    @Test
    void whereIdentityProvidersAreNamedOnlyTheyVouch() throws Exception {
        Callers callers = callers(new Admission.Open(), judge(), () -> {});
        refused("has vouched in this session for anybody (routes[r].identityProviders)", callers, Caller.ANONYMOUS);
        refused("has vouched in this session for caller 'carol'", callers, CERTIFIED);
        refused("has vouched in this session for caller 'alice'", callers, new Caller("alice", "password", Set.of("ops")));
        Caller alice = accepted(callers, "alice");
        callers.let(alice, DB, OPEN);
        refused("for caller 'alice'", callers, new Caller("alice", "password", Set.of("ops", "admins")));
    }

    @Test
    void everyCallerOfAConnectionIsAskedTheRoutesAllow() throws Exception {
        Callers callers = callers(OPS, judge(), () -> {});
        Caller alice = accepted(callers, "alice");
        Caller bob = accepted(callers, "bob");
        callers.let(alice, DB, OPEN);
        refused("caller 'bob' (proof: password) is in no group that the route allows (routes[r].allow.groups)", callers, bob);
        callers.let(alice, DestinationName.parse("other"), OPEN);
        assertThat(callers.uses()).extracting(use -> use.caller().name() + " " + use.destination()).containsExactlyInAnyOrder("alice db", "alice other");
        assertThatThrownBy(() -> callers.actAs(bob)).isInstanceOf(RefusedException.class);
    }

    @Test
    void whoWasRefusedSomewhereHasNotBeenThere() throws Exception {
        Callers callers = callers(new Admission.Open(), judge(), () -> {});
        Caller bob = accepted(callers, "bob");
        assertThatThrownBy(() -> callers.let(bob, DB, OPS)).isInstanceOf(RefusedException.class);
        assertThat(callers.uses()).isEmpty();
        Callers late = callers(new Admission.Open(), judge(), () -> {
            throw new RefusedException(Reason.NOT_ALLOWED, "not any more");
        });
        assertThatThrownBy(() -> late.let(accepted(late, "alice"), DB, OPEN)).isInstanceOf(RefusedException.class);
        assertThat(late.uses()).isEmpty();
    }

    @Test
    void aNewerTokenOfACallerTakesThePlaceOfTheOlder() throws Exception {
        ECKey key = new ECKeyGenerator(Curve.P_256).keyID("one").generate();
        Files.writeString(folder.resolve("keys.json"), new JWKSet(key).toString());
        IdentityProviderSettings entra = new IdentityProviderSettings(null, new IdentityProviderSettings.Tokens(
                "https://issuer", List.of("us"), null, folder.resolve("keys.json"), null, false, List.of(), "sub", null, Map.of(),
                Duration.ZERO, WhenExpired.END), null, null, null, null);
        Judge judge = new IdentityProviders(InstantSource.system()).judges(Map.of("entra", entra), WayOut.straight()).of("routes[r].identityProviders", List.of(IdentityRule.parse("entra")));
        Callers callers = callers(new Admission.Open(), judge, false, () -> {});
        Instant end = Instant.now().truncatedTo(ChronoUnit.SECONDS).plusSeconds(600);
        for (int seconds : new int[] {0, 60, 30}) {
            SignedJWT token = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("one").build(), new JWTClaimsSet.Builder()
                    .issuer("https://issuer").audience("us").subject("alice").expirationTime(Date.from(end.plusSeconds(seconds))).build());
            token.sign(new ECDSASigner(key));
            Credential shown = new Credential.BearerToken(SentSecret.of(token.serialize().toCharArray()));
            Verdict verdict = callers.judge(Instant.now().plusSeconds(30), shown).verdict();
            callers.let(((Verdict.Accepted) verdict).caller(), DB, OPEN);
        }
        Callers.Use use = callers.uses().iterator().next();
        assertThat(callers.uses()).hasSize(1);
        assertThat(judge.again(Objects.requireNonNull(use.login())).until()).as("the one that holds longest").isEqualTo(end.plusSeconds(60));
    }

    @Test
    void aSessionHasItsCallerOnce() throws Exception {
        Callers callers = callers(OPS, judge(), () -> {});
        Caller alice = accepted(callers, "alice");
        callers.actAs(alice);
        assertThatThrownBy(() -> callers.actAs(alice)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void withoutIdentityProvidersNobodyIsMadeUp() throws Exception {
        Callers callers = callers(new Admission.Open(), null, false, () -> {});
        callers.let(CERTIFIED, DB, OPEN);
        callers.let(Caller.ANONYMOUS, DB, OPEN);
        refused("nobody has vouched in this session for caller 'root'", callers, new Caller("root", "password", Set.of()));
        assertThat(callers.judge(Instant.now()).verdict()).isInstanceOf(Verdict.Refused.class);
    }

    @Test
    void theLatestPolicyIsAskedWheneverSomebodyIsLetThrough() throws Exception {
        Callers callers = callers(new Admission.Open(), judge(), () -> {
            throw new RefusedException(Reason.NOT_ALLOWED, "not any more");
        });
        refused("not any more", callers, accepted(callers, "alice"));
    }

    @Test
    void letsNobodyInParticularToWhatIsOpenAndNoCallerThatHasNotProvenWhoItIs() throws IOException {
        Callers callers = callers(OPS, judge(), true, () -> {});
        callers.let(Caller.ANONYMOUS, DB, OPEN);
        assertThat(callers.uses()).containsExactly(new Callers.Use(Caller.ANONYMOUS, null, DB));
        assertThatThrownBy(() -> callers.let(CERTIFIED, DB, OPEN)).isInstanceOf(RefusedException.class).hasMessageContaining("has vouched");
        assertThatThrownBy(() -> callers.let(Caller.ANONYMOUS, DB, OPS)).isInstanceOf(RefusedException.class).hasMessageContaining("in no group");
        Admission elsewhere = Admission.of(
                "the route",
                "routes[r].allow",
                new AllowSettings(List.of(), List.of(), List.of(), List.of("other"), List.of(), List.of()),
                false,
                InstantSource.system());
        assertThatThrownBy(() -> callers(elsewhere, judge(), true, () -> {}).let(Caller.ANONYMOUS, DB, OPEN)).isInstanceOf(RefusedException.class);
    }
}
