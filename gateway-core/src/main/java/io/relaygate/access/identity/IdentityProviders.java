package io.relaygate.access.identity;

import io.relaygate.net.WayOut;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The identity providers of this process. One whose settings a reload has not changed stays, with the keys it has fetched;
 * used codes, failures and whose turn it is are kept in any case. Any thread.
 */
public final class IdentityProviders {

    private final InstantSource clock;
    private final Hashing hashing;
    private final Brake brake = new Brake(System::nanoTime);
    private final VerifiedPasswords verified = new VerifiedPasswords(System::nanoTime);
    private final UsedCodes codes = new UsedCodes();
    private Map<Named, IdentityProvider> kept = Map.of();
    private WayOut out = WayOut.straight();

    private record Named(String name, IdentityProviderSettings settings) {}

    /** None yet. */
    public IdentityProviders(InstantSource clock) {
        this.clock = clock;
        this.hashing = new Hashing(clock);
    }

    /** Makes the judges of routes. */
    @FunctionalInterface
    public interface Judges {
        /**
         * The judge of a route that names these; all of them are there.
         *
         * @param place the setting that names them, for the operator
         */
        Judge of(String place, List<IdentityRule> rules);
    }

    /**
     * The judges by these providers. Opens no connection.
     *
     * @param wayOut how servers with keys are reached
     * @throws IOException if a file cannot be read, or is wrong; the message names it
     */
    public synchronized Judges judges(Map<String, IdentityProviderSettings> settings, WayOut wayOut) throws IOException {
        if (!wayOut.equals(out)) {
            kept = Map.of();
            out = wayOut;
        }
        Map<Named, IdentityProvider> all = new HashMap<>();
        Map<String, IdentityProvider> byName = new HashMap<>();
        for (Map.Entry<String, IdentityProviderSettings> each : settings.entrySet()) {
            Named named = new Named(each.getKey(), each.getValue());
            IdentityProvider before = kept.get(named);
            IdentityProvider provider = before == null ? make(each.getKey(), each.getValue()) : before;
            all.put(named, provider);
            byName.put(each.getKey(), provider);
        }
        kept = all;
        return (place, rules) -> new Judge(place, rules, byName, brake, clock);
    }

    /**
     * Reads what a provider's settings name, as it will be read when it is used.
     *
     * @throws IOException if a file cannot be read, or is wrong; the message names it
     */
    public static void check(String name, IdentityProviderSettings settings) throws IOException {
        new IdentityProviders(InstantSource.system()).make(name, settings);
    }

    private IdentityProvider make(String name, IdentityProviderSettings settings) throws IOException {
        if (settings.passwords() != null) {
            return new Passwords(name, settings.passwords().file(), hashing, verified);
        }
        if (settings.tokens() != null) {
            return new Tokens(name, settings.tokens(), keys(settings.tokens()), clock);
        }
        if (settings.publicKeys() != null) {
            return new PublicKeys(name, settings.publicKeys().file());
        }
        if (settings.certificateAuthorities() != null) {
            return new CertificateAuthorities(name, settings.certificateAuthorities(), clock);
        }
        if (settings.oneTimeCodes() != null) {
            return new OneTimeCodes(name, settings.oneTimeCodes().file(), clock, codes);
        }
        if (settings.clientCertificates() != null) {
            return new ClientCertificates(name, settings.clientCertificates(), clock);
        }
        throw new IllegalArgumentException("an identity provider is one thing");
    }

    private SigningKeys keys(IdentityProviderSettings.Tokens settings) throws IOException {
        if (settings.jwksFile() != null) {
            return SigningKeys.OfFile.of(settings.jwksFile());
        }
        return new SigningKeys.OfWeb(
                settings.issuer(),
                settings.jwks() == null ? null : settings.jwks().uri(),
                new WebDocument(out, settings.caFile(), settings.privateNetworks()),
                System::nanoTime);
    }
}
