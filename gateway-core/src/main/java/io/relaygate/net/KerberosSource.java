package io.relaygate.net;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where tickets come from: a keytab, or what {@code kinit} has left.
 *
 * @param principal whose keytab it is, {@code NAME@REALM}; null without one
 * @param keytab the keytab; null without one
 * @param cache the file of tickets, which counts without a keytab; null for the one that Windows or macOS has for the account
 * @param conf the system's krb5.conf; need not be there
 */
record KerberosSource(@Nullable String principal, @Nullable Path keytab, @Nullable Path cache, Path conf) {

    /** What a principal looks like. */
    static final String PRINCIPAL = "[^@\\s]+@[^@\\s]+";

    private static final String CONF = "java.security.krb5.conf";

    /** What the process was started with; later it is what we have put there. */
    private static final @Nullable String GIVEN_CONF = System.getProperty(CONF);

    private static final String SYSTEM = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);

    /**
     * A keytab, or else what the environment says.
     *
     * @throws IllegalArgumentException if the environment says it wrongly
     */
    static KerberosSource of(@Nullable String principal, @Nullable Path keytab, Map<String, String> environment) {
        Path conf = conf(environment.getOrDefault("KRB5_CONFIG", ""));
        return keytab == null || principal == null
                ? new KerberosSource(null, null, cache(environment.getOrDefault("KRB5CCNAME", "")), conf)
                : new KerberosSource(principal, keytab, null, conf);
    }

    private static @Nullable Path cache(String given) {
        if (given.isEmpty()) {
            return SYSTEM.contains("windows") || SYSTEM.contains("mac") ? null : Path.of("/tmp/krb5cc_" + uid());
        }
        if (given.matches("[A-Za-z]{2,}:.*") && !given.regionMatches(true, 0, "FILE:", 0, 5)) {
            throw new IllegalArgumentException("KRB5CCNAME of the environment is '" + given + "', and tickets are read from files alone; set it to"
                    + " FILE:/PATH, for this process and for `kinit`");
        }
        return Path.of(given.regionMatches(true, 0, "FILE:", 0, 5) ? given.substring(5) : given);
    }

    /** Apart, so that it is loaded only where it is needed. */
    private static long uid() {
        return new com.sun.security.auth.module.UnixSystem().getUid();
    }

    private static Path conf(String ofEnvironment) {
        if (GIVEN_CONF != null) {
            return Path.of(GIVEN_CONF);
        }
        if (ofEnvironment.isEmpty()) {
            // The JDK's own order.
            Path own = Path.of(System.getProperty("java.home"), "conf", "security", "krb5.conf");
            return Files.isRegularFile(own) ? own : Path.of(SYSTEM.contains("windows") ? "C:\\Windows\\krb5.ini" : "/etc/krb5.conf");
        }
        if (!SYSTEM.contains("windows") && ofEnvironment.contains(":")) {
            throw new IllegalArgumentException("KRB5_CONFIG of the environment names several files, '" + ofEnvironment + "', and one alone is read; name"
                    + " one that says `include` for the others");
        }
        return Path.of(ofEnvironment);
    }

    /** Has the JDK read our krb5.conf: it does not know KRB5_CONFIG. */
    void announceConf() {
        System.setProperty(CONF, conf.toString());
    }

    /** The realm of the principal, or else what krb5.conf takes for it; empty if nobody says. */
    String realm() {
        return principal == null ? Krb5Conf.read(conf).defaultRealm() : principal.substring(principal.indexOf('@') + 1);
    }

    /** Who logs in by what, for people. */
    String words() {
        return principal == null ? "with " + tickets() : "as " + principal + " with its keytab " + keytab;
    }

    /** The cache, for people. */
    String tickets() {
        return cache == null ? "the tickets of this account" : "the tickets in " + cache;
    }

    /** The file that is asked for tickets or keys; null if it is none. */
    @Nullable Path file() {
        return keytab == null ? cache : keytab;
    }
}
