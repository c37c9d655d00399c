package io.relaygate.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The public keys by which an edge and a site know each other, where carriers are sealed.
 *
 * @param edge the edge's
 * @param site the site's
 */
record Pins(String edge, String site) {

    /** Lets a distribution make a key for each of the two, where its configuration will look for it. */
    static Pins make(Path home, Path folder) throws IOException, InterruptedException {
        return new Pins(make(home, folder, "edge"), make(home, folder, "site"));
    }

    private static String make(Path home, Path folder, String role) throws IOException, InterruptedException {
        Path key = folder.resolve(role + "-state/identity.pem");
        Process process = new ProcessBuilder(home.resolve("bin/relaygate").toString(), "identity", "--key", key.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String pin = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        if (process.waitFor() != 0) {
            throw new IOException("no key could be made at " + key);
        }
        return pin;
    }
}
