package io.relaygate.access.identity;

import io.relaygate.access.CallerPattern;
import io.relaygate.access.WhenExpired;
import io.relaygate.sdk.Setting;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who vouches for callers: one of these. */
public record IdentityProviderSettings(
        @Setting("Names with passwords.") @Nullable Passwords passwords,
        @Setting("JSON web tokens of an issuer, such as Microsoft Entra ID.") @Nullable Tokens tokens,
        @Setting("SSH public keys.") @Nullable PublicKeys publicKeys,
        @Setting("OpenSSH user certificates of authorities.") @Nullable CertificateAuthorities certificateAuthorities,
        @Setting("One-time codes of authenticator apps (TOTP, RFC 6238), as a second factor.") @Nullable OneTimeCodes oneTimeCodes,
        @Setting("Client certificates that a protocol's own TLS has taken.") @Nullable ClientCertificates clientCertificates) {

    /** Names with passwords. */
    public record Passwords(
            @Setting(value = "The file of names and hashed passwords that `relaygate passwd` writes. Read again when it has "
                            + "changed.",
                            required = true, example = "users.passwd")
                    Path file) {}

    /** JSON web tokens. */
    public record Tokens(
            @Setting(value = "Who issues them, exactly as the claim `iss` says it.", required = true,
                            example = "https://login.microsoftonline.com/TENANT/v2.0")
                    String issuer,
            @Setting(value = "For whom they must be: the claim `aud` names one of these.", required = true, min = "1",
                            example = "[\"api://relaygate\"]")
                    List<String> audiences,
            @Setting(value = "Where the issuer's keys are; left out, with `jwksFile`, the issuer's discovery document says it.",
                            example = "https://login.contoso.com/keys")
                    @Nullable WebAddress jwks,
            @Setting(value = "A file of the issuer's keys, in place of `jwks`. Read again when it has changed.", example = "keys.json")
                    @Nullable Path jwksFile,
            @Setting(value = "Authorities to trust for the issuer's web server, PEM; left out, those of the runtime.",
                            example = "corp.pem")
                    @Nullable Path caFile,
            @Setting(value = "Permits keys to be fetched from private, loopback and link-local addresses, and over http.",
                            byDefault = "false")
                    boolean privateNetworks,
            @Setting(value = "The signatures that are taken; left out, RS256 and ES256. Symmetric ones and `none` never are.", min = "1",
                            example = "[RS256, PS256, ES256]")
                    List<TokenAlgorithm> algorithms,
            @Setting(value = "The claim that is the caller's name.", byDefault = "sub", example = "preferred_username")
                    String callerClaim,
            @Setting(value = "The claim that lists the caller's groups; left out, callers have none.", example = "groups")
                    @Nullable String groupsClaim,
            @Setting(value = "Further claims, and what they must be; of one that is a list, it must be in it.",
                            example = "{ tid: 11111111-2222-3333-4444-555555555555 }")
                    Map<String, String> requiredClaims,
            @Setting(value = "How far the issuer's clock and ours may be apart.", byDefault = "60s", min = "0s", max = "10m")
                    Duration clockSkew,
            @Setting(value = "What becomes of a session when the token of its caller has expired: `end`, or `keep` it.", byDefault = "end")
                    WhenExpired whenExpired) {}

    /** SSH public keys. */
    public record PublicKeys(
            @Setting(value = "A file as of authorized_keys, whose options say who holds a key: caller=\"alice\",groups=\"ops,dba\". "
                            + "Read again when it has changed.",
                            required = true, example = "authorized_keys")
                    Path file) {}

    /** OpenSSH user certificates. */
    public record CertificateAuthorities(
            @Setting(value = "The public keys of the authorities, one on each line. Read again when it has changed.",
                            required = true, example = "user-ca.pub")
                    Path file,
            @Setting(value = "The principals that are taken as names of callers; `*` stands for any text. Left out, all are.", min = "1",
                            example = "[\"*@contoso.com\"]")
                    List<CallerPattern> principals,
            @Setting(value = "The groups that everybody with such a certificate is in.", min = "1", example = "[ops]")
                    List<String> groups,
            @Setting(value = "What becomes of a session when the certificate of its caller has expired: `end`, or `keep` it.", byDefault = "end")
                    WhenExpired whenExpired) {}

    /** One-time codes. */
    public record OneTimeCodes(
            @Setting(value = "A file of names and keys: NAME:KEY on each line, the key in base32. Read again when it has changed.",
                            required = true, example = "codes.txt")
                    Path file) {}

    /** Client certificates. */
    public record ClientCertificates(
            @Setting(value = "The authorities that sign them, PEM.", required = true, example = "clients-ca.pem") Path caFile,
            @Setting(value = "Revocation lists of all these authorities, PEM or DER; one that is out of date refuses everybody.",
                            example = "clients.crl")
                    @Nullable Path crlFile,
            @Setting(value = "Names of which a certificate must have one; `*` stands for any text.", min = "1",
                            example = "[\"*@contoso.com\"]")
                    List<CallerPattern> names,
            @Setting(value = "What becomes of a session when the certificate of its caller has expired: `end`, or `keep` it.", byDefault = "end")
                    WhenExpired whenExpired) {}

    /** The address of a document on the web, {@code https://host/path}. */
    public record WebAddress(URI uri) {

        /** What one looks like, for the JSON schema of the configuration. */
        public static final String PATTERN = "https?://.+";

        /**
         * Reads one.
         *
         * @throws IllegalArgumentException if the text is none
         */
        public static WebAddress parse(String text) {
            URI uri = URI.create(text);
            boolean web = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            if (!web || uri.getHost() == null || uri.getUserInfo() != null || uri.getFragment() != null) {
                throw new IllegalArgumentException("expected an address such as https://login.contoso.com/keys, found '" + text + "'");
            }
            return new WebAddress(uri);
        }

        @Override
        public String toString() {
            return uri.toString();
        }
    }

    /** A signature of tokens (RFC 7518 section 3.1) that needs no shared secret. */
    public record TokenAlgorithm(String name) {

        /** What one looks like, for the JSON schema of the configuration. */
        public static final String PATTERN = "(RS|PS|ES)(256|384|512)";

        /**
         * Reads one.
         *
         * @throws IllegalArgumentException if it is none that is taken
         */
        public static TokenAlgorithm parse(String text) {
            if (!text.matches(PATTERN)) {
                throw new IllegalArgumentException("expected one of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 and "
                        + "ES512, found '" + text + "'");
            }
            return new TokenAlgorithm(text);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
