package io.relaygate.access.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.relaygate.access.WhenExpired;
import io.relaygate.access.identity.IdentityProviderSettings.TokenAlgorithm;
import io.relaygate.observe.LoginRefused.Cause;
import io.relaygate.sdk.Credential;
import java.io.IOException;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * JSON web tokens of one issuer (RFC 7519), signed and not encrypted, judged as RFC 8725 advises: the algorithm must be one of
 * a list and fit the key, the key is one of the issuer's and never one that the token brings or points to.
 */
final class Tokens implements IdentityProvider {

    /** Three parts of base64url (RFC 7515 section 7.1); the library would take other alphabets too, and skip what is of none. */
    private static final Pattern SIGNED = Pattern.compile("[A-Za-z0-9_-]*+\\.[A-Za-z0-9_-]*+\\.[A-Za-z0-9_-]*+");

    private static final int LONGEST = 16 * 1024;
    private static final int MOST_GROUPS = 1000;
    private static final int LEAST_RSA_BITS = 2048;
    private static final Set<String> USUAL = Set.of("RS256", "ES256");
    private static final Set<String> CURVES = Set.of("P-256", "P-384", "P-521");

    private final String name;
    private final IdentityProviderSettings.Tokens settings;
    private final SigningKeys keys;
    private final InstantSource clock;
    private final Set<String> algorithms;

    /** What is kept of a token: who has made it, and until when it is taken. */
    private record Shown(String issuer, Instant until) {}

    Tokens(String name, IdentityProviderSettings.Tokens settings, SigningKeys keys, InstantSource clock) {
        this.name = name;
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
        this.algorithms = settings.algorithms().isEmpty()
                ? USUAL
                : settings.algorithms().stream().map(TokenAlgorithm::name).collect(Collectors.toSet());
    }

    @Override
    public Credential.Kind takes() {
        return Credential.Kind.BEARER_TOKEN;
    }

    @Override
    public Finding judge(Credential shown, Asker asker) {
        // The library wants a String, which cannot be wiped.
        String token = ((Credential.BearerToken) shown).token()
                .with(characters -> characters.length > LONGEST ? "" : new String(characters));
        if (!SIGNED.matcher(token).matches()) {
            return wrong("is no signed token, or has more than " + LONGEST + " characters");
        }
        try {
            // The library's messages may quote the token: they are not told.
            SignedJWT parsed = SignedJWT.parse(token);
            String trouble = trouble(parsed.getHeader());
            if (trouble == null && !isSigned(parsed)) {
                trouble = "is signed by no key of the issuer";
            }
            return trouble == null ? claims(parsed.getJWTClaimsSet()) : wrong(trouble);
        } catch (ParseException | RuntimeException e) {
            return wrong("is malformed");
        } catch (IOException e) {
            return wrong(Cause.UNAVAILABLE, "cannot be judged: " + e.getMessage());
        }
    }

    private Finding wrong(String what) {
        return wrong(Cause.WRONG, what);
    }

    private Finding wrong(Cause cause, String what) {
        return new Finding.Wrong(cause, "a token for " + name + " " + what);
    }

    private @Nullable String trouble(JWSHeader header) {
        if (!algorithms.contains(header.getAlgorithm().getName())) {
            return "is signed by an algorithm that is not taken";
        }
        if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
            return "asks for extensions that are not known here";
        }
        String type = header.getType() == null ? "JWT" : header.getType().getType();
        return type.equalsIgnoreCase("JWT") || type.equalsIgnoreCase("at+jwt") ? null : "is of a type that is not taken";
    }

    private boolean isSigned(SignedJWT token) throws IOException {
        JWSHeader header = token.getHeader();
        String keyId = header.getKeyID();
        for (JWK key : keys.now(keyId)) {
            JWSVerifier verifier = keyId == null || keyId.equals(key.getKeyID()) ? verifier(key, header) : null;
            try {
                if (verifier != null && token.verify(verifier)) {
                    return true;
                }
            } catch (JOSEException e) {
                // The key does not fit the signature; another one may.
            }
        }
        return false;
    }

    /** Null for a key that is not for such signatures. */
    private static @Nullable JWSVerifier verifier(JWK key, JWSHeader header) {
        String algorithm = header.getAlgorithm().getName();
        boolean other = key.getAlgorithm() != null && !key.getAlgorithm().getName().equals(algorithm);
        if (other || (key.getKeyUse() != null && !key.getKeyUse().equals(KeyUse.SIGNATURE))) {
            return null;
        }
        try {
            return switch (key) {
                case RSAKey rsa when !algorithm.startsWith("ES") && rsa.size() >= LEAST_RSA_BITS -> new RSASSAVerifier(rsa.toRSAPublicKey());
                case ECKey ec when algorithm.startsWith("ES") && CURVES.contains(ec.getCurve().getName()) ->
                    new ECDSAVerifier(ec.toECPublicKey());
                default -> null;
            };
        } catch (JOSEException e) {
            return null;
        }
    }

    private Finding claims(JWTClaimsSet claims) throws ParseException {
        if (!settings.issuer().equals(claims.getIssuer())) {
            return wrong("is of another issuer");
        }
        if (claims.getAudience().stream().noneMatch(settings.audiences()::contains)) {
            return wrong("is for another audience");
        }
        Instant now = clock.instant();
        Date expires = claims.getExpirationTime();
        Date begins = claims.getNotBeforeTime();
        if (expires == null || !now.isBefore(expires.toInstant().plus(settings.clockSkew()))) {
            return expires == null ? wrong("never expires") : wrong(Cause.EXPIRED, "has expired");
        }
        if (begins != null && now.isBefore(begins.toInstant().minus(settings.clockSkew()))) {
            return wrong(Cause.EXPIRED, "is not valid yet");
        }
        for (Map.Entry<String, String> required : settings.requiredClaims().entrySet()) {
            if (!isOrHas(claims.getClaim(required.getKey()), required.getValue())) {
                return wrong("has another " + required.getKey() + " than is required");
            }
        }
        if (!(claims.getClaim(settings.callerClaim()) instanceof String caller) || !CallerName.isOne(caller)) {
            return wrong("has no name of a caller in " + settings.callerClaim());
        }
        Set<String> groups = groups(claims);
        return groups.size() > MOST_GROUPS
                ? wrong("has more than " + MOST_GROUPS + " groups")
                : new Finding.Proven(name, caller, "token", groups, new Shown(settings.issuer(), expires.toInstant().plus(settings.clockSkew())));
    }

    private static boolean isOrHas(@Nullable Object claim, String value) {
        return switch (claim) {
            case null -> false;
            case List<?> list -> list.stream().anyMatch(each -> value.equals(String.valueOf(each)));
            default -> value.equals(String.valueOf(claim));
        };
    }

    private Set<String> groups(JWTClaimsSet claims) {
        Object claim = settings.groupsClaim() == null ? null : claims.getClaim(settings.groupsClaim());
        List<?> listed = claim instanceof List<?> list ? list : claim instanceof String one ? List.of(one) : List.of();
        Set<String> groups = new TreeSet<>();
        listed.forEach(each -> {
            if (each instanceof String group && CallerName.isOne(group)) {
                groups.add(group);
            }
        });
        return groups;
    }

    /** What a token has said holds until it expires: nobody shows it again. */
    @Override
    public Optional<Set<String>> groupsNow(Finding.Proven proven) {
        boolean ours = proven.evidence() instanceof Shown shown && shown.issuer().equals(settings.issuer());
        return ours ? Optional.of(proven.groups()) : Optional.empty();
    }

    @Override
    public Instant until(Finding.Proven proven) {
        boolean ends = settings.whenExpired() == WhenExpired.END;
        return ends && proven.evidence() instanceof Shown shown ? shown.until() : Instant.MAX;
    }
}
