package io.relaygate.access.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.relaygate.access.Watched;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys by which an issuer signs: a JWK set (RFC 7517) of a file, or of a web server. Any thread. */
interface SigningKeys {

    /** The most keys that a set may have. */
    int MOST = 100;

    /**
     * The keys now.
     *
     * @param keyId the key that is looked for, or null
     * @throws IOException if there are none
     */
    List<JWK> now(@Nullable String keyId) throws IOException;

    private static List<JWK> parse(byte[] json) throws ParseException {
        List<JWK> keys = JWKSet.parse(new String(json, StandardCharsets.UTF_8)).getKeys();
        if (keys.size() > MOST) {
            throw new ParseException("more than " + MOST + " keys", 0);
        }
        return List.copyOf(keys);
    }

    /** Those of a file. */
    record OfFile(Watched<List<JWK>> file) implements SigningKeys {

        static OfFile of(Path path) throws IOException {
            return new OfFile(new Watched<>(List.of(path), () -> {
                try {
                    return parse(Files.readAllBytes(path));
                } catch (ParseException e) {
                    throw new IOException(path + ": not a JSON web key set", e);
                } catch (NoSuchFileException e) {
                    throw new IOException(path + ": no such file", e);
                }
            }));
        }

        @Override
        public List<JWK> now(@Nullable String keyId) {
            return file.now();
        }
    }

    /**
     * Those of a web server. They are read again when they are an hour old, and when a key is looked for that is not among
     * them; at most once in ten seconds. While that fails, those that were read last are good for a day.
     */
    final class OfWeb implements SigningKeys {

        private static final Logger LOG = LoggerFactory.getLogger(SigningKeys.class);

        static final Duration AGE = Duration.ofHours(1);
        static final Duration LONGEST_AGE = Duration.ofDays(1);
        static final Duration PAUSE = Duration.ofSeconds(10);

        private final String issuer;
        private final @Nullable URI address;
        private final WebDocument web;
        private final LongSupplier clock;
        private final ReentrantLock reading = new ReentrantLock();
        private volatile @Nullable Fetched fetched;
        private volatile @Nullable Long tried;
        private volatile String trouble = "";

        private record Fetched(List<JWK> keys, long when) {}

        /**
         * Nothing is read yet.
         *
         * @param address where they are, or null if the issuer's discovery document says it
         */
        OfWeb(String issuer, @Nullable URI address, WebDocument web, LongSupplier clock) {
            this.issuer = issuer;
            this.address = address;
            this.web = web;
            this.clock = clock;
        }

        @Override
        public List<JWK> now(@Nullable String keyId) throws IOException {
            Fetched known = fetched;
            if (known == null || !has(known, keyId)) {
                // The token cannot be judged without, so its session waits for whoever reads them.
                reading.lock();
                readAgain(keyId, known);
            } else if (isOlder(known, AGE) && reading.tryLock()) {
                readAgain(keyId, known);
            }
            Fetched latest = fetched;
            if (latest == null || isOlder(latest, LONGEST_AGE)) {
                throw new IOException("the issuer's keys cannot be read: " + trouble);
            }
            return latest.keys;
        }

        private static boolean has(Fetched known, @Nullable String keyId) {
            return keyId == null || known.keys.stream().anyMatch(key -> keyId.equals(key.getKeyID()));
        }

        private boolean isOlder(Fetched known, Duration age) {
            return clock.getAsLong() - known.when > age.toNanos();
        }

        private void readAgain(@Nullable String keyId, @Nullable Fetched before) {
            try {
                Long last = tried;
                Fetched now = fetched;
                boolean readMeanwhile = now != null && !now.equals(before) && has(now, keyId);
                if (!readMeanwhile && (last == null || clock.getAsLong() - last > PAUSE.toNanos())) {
                    tried = clock.getAsLong();
                    fetched = new Fetched(parse(web.read(address == null ? discovered() : address)), clock.getAsLong());
                }
            } catch (IOException | ParseException e) {
                trouble = String.valueOf(e.getMessage());
                LOG.atWarn().addKeyValue("issuer", issuer).addKeyValue("reason", trouble).log("the keys of an issuer cannot be read");
            } finally {
                reading.unlock();
            }
        }

        /** OpenID Connect Discovery 1.0 section 4: the document must be of the same issuer. */
        private URI discovered() throws IOException, ParseException {
            URI document = URI.create(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration");
            var said = JSONObjectUtils.parse(new String(web.read(document), StandardCharsets.UTF_8));
            String keys = JSONObjectUtils.getString(said, "jwks_uri");
            if (!issuer.equals(JSONObjectUtils.getString(said, "issuer")) || keys == null) {
                throw new IOException(document + ": is not of this issuer, or names no keys");
            }
            try {
                return IdentityProviderSettings.WebAddress.parse(keys).uri();
            } catch (IllegalArgumentException e) {
                throw new IOException(document + ": jwks_uri: " + e.getMessage(), e);
            }
        }
    }
}
