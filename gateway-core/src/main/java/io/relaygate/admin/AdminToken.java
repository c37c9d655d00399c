package io.relaygate.admin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * What proves that a command comes from somebody who may read {@code stateDir}: 256 random bits, kept in a file for
 * its owner alone.
 */
final class AdminToken {

    static final String FILE = "admin.token";

    private static final int BYTES = 32;
    private static final String SCHEME = "Bearer ";

    private final byte[] header;

    private AdminToken(String token) {
        header = (SCHEME + token).getBytes(StandardCharsets.UTF_8);
    }

    /** Takes the token that is kept, or makes one. */
    static AdminToken keep(Path stateDir) throws IOException {
        Path file = stateDir.resolve(FILE);
        if (Files.exists(file)) {
            String kept = Files.readString(file).strip();
            if (wellFormed(kept)) {
                StateFiles.restrict(file);
                return new AdminToken(kept);
            }
        }
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        StateFiles.write(file, token + "\n");
        return new AdminToken(token);
    }

    /** The Authorization header for a process' token. */
    static String header(Path stateDir) throws IOException {
        return SCHEME + Files.readString(stateDir.resolve(FILE)).strip();
    }

    /** Whether an Authorization header carries the token; takes the same time wherever it differs. */
    boolean proves(String authorization) {
        return MessageDigest.isEqual(header, authorization.getBytes(StandardCharsets.UTF_8));
    }

    /** An emptied or shortened file would be a token that can be guessed. */
    private static boolean wellFormed(String token) {
        return token.matches("[A-Za-z0-9_-]{43,128}");
    }

    @Override
    public String toString() {
        return "admin token";
    }
}
