package io.relaygate.net;

import com.sun.security.auth.module.Krb5LoginModule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.kerberos.KerberosTicket;
import javax.security.auth.kerberos.KeyTab;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;

/**
 * Tickets of one principal, and tokens that are made of them, by the JDK: the way through its login module goes without its JAAS files.
 * Blocks for as long as a KDC does. One thread at a time; {@link #forget} and {@link #realm} any.
 */
final class Kerberos {

    private static final String SPNEGO = "1.3.6.1.5.5.2";

    /** A ticket that ends sooner is replaced before it is used. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final KerberosSource source;
    private final KerberosTrouble trouble;
    private @Nullable Subject subject;
    private Instant end = Instant.MIN;
    private @Nullable Stamp file;
    private @Nullable Stamp conf;
    private volatile boolean forgotten;
    private volatile @Nullable String realm;

    Kerberos(KerberosSource source) {
        this.source = source;
        this.trouble = new KerberosTrouble(source);
    }

    /** How a file was when it was last read. */
    private record Stamp(FileTime modified, long size, @Nullable Object key) {

        /** Null if it is not there. */
        static @Nullable Stamp of(@Nullable Path file) {
            if (file == null) {
                return null;
            }
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
            } catch (IOException e) {
                return null;
            }
        }
    }

    /** Null, or what is wrong with a keytab that can be read. */
    static @Nullable String keytabTrouble(String principal, Path keytab) {
        // The kind of name keeps the JDK from asking krb5.conf for anything.
        KerberosPrincipal owner = new KerberosPrincipal(principal, KerberosPrincipal.KRB_NT_PRINCIPAL);
        return KeyTab.getInstance(owner, keytab.toFile()).getKeys(owner).length > 0 ? null : KerberosTrouble.noKey(principal, keytab);
    }

    /** The realm of the tickets. */
    String realm() {
        String known = realm;
        return known == null ? source.realm() : known;
    }

    /** Takes new tickets from now on. */
    void forget() {
        forgotten = true;
    }

    /**
     * A token for one CONNECT: it fits once. The JDK speaks Kerberos alone inside SPNEGO, and has said all in the first one.
     *
     * @param proxy the proxy's name
     */
    byte[] token(String proxy) throws KerberosException {
        Subject login = login();
        try {
            return Subject.callAs(login, () -> {
                GSSManager gss = GSSManager.getInstance();
                GSSName service = gss.createName("HTTP@" + proxy, GSSName.NT_HOSTBASED_SERVICE);
                GSSContext context = gss.createContext(service, new Oid(SPNEGO), null, GSSContext.DEFAULT_LIFETIME);
                try {
                    return context.initSecContext(new byte[0], 0, 0);
                } finally {
                    context.dispose();
                }
            });
        } catch (CompletionException e) {
            throw trouble.of(Objects.requireNonNull(e.getCause()), realm(), proxy);
        }
    }

    /** Whose tickets were used last, for people. */
    String owner() {
        Subject login = subject;
        return login == null ? "nobody" : login.getPrincipals().iterator().next().getName();
    }

    /** The login that is there, unless it ends soon or its file is another. */
    private Subject login() throws KerberosException {
        Stamp now = Stamp.of(source.file());
        Subject there = subject;
        if (there != null && !forgotten && now != null && now.equals(file) && Instant.now().isBefore(end.minus(MARGIN))) {
            return there;
        }
        forgotten = false;
        subject = null;
        trouble.look();
        Subject made = made();
        KerberosTicket ticket = made.getPrivateCredentials(KerberosTicket.class).stream().findFirst().orElseThrow(trouble::noTicket);
        realm = ticket.getClient().getRealm();
        end = ticket.getEndTime().toInstant();
        file = now;
        subject = made;
        return made;
    }

    private Subject made() throws KerberosException {
        Map<String, String> options = new HashMap<>(Map.of("doNotPrompt", "true"));
        if (source.principal() != null) {
            options.putAll(Map.of("principal", source.principal(), "useKeyTab", "true", "keyTab", String.valueOf(source.keytab())));
        } else {
            options.put("useTicketCache", "true");
            if (source.cache() != null) {
                options.put("ticketCache", source.cache().toString());
            }
        }
        source.announceConf();
        Stamp read = Stamp.of(source.conf());
        // Not each time: the JDK forgets then which KDC was silent.
        options.put("refreshKrb5Config", String.valueOf(read == null || !read.equals(conf)));
        conf = read;
        Subject made = new Subject();
        Krb5LoginModule module = new Krb5LoginModule();
        module.initialize(made, null, new HashMap<>(), options);
        try {
            module.login();
            module.commit();
        } catch (LoginException e) {
            throw trouble.of(e, realm(), "");
        }
        return made;
    }
}
