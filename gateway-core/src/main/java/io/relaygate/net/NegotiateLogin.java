package io.relaygate.net;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A Kerberos ticket, by SPNEGO (RFC 4559). Two are equal if they take tickets from the same place. Nothing of Kerberos is loaded before
 * the first login.
 */
final class NegotiateLogin implements ProxyLogin {

    private static final byte[] SCHEME = "Negotiate ".getBytes(StandardCharsets.US_ASCII);

    private final KerberosSource source;

    /** One at a time asks a KDC: the others need the same tickets. */
    private final Semaphore turn = new Semaphore(1);

    private volatile @Nullable Kerberos kerberos;

    NegotiateLogin(KerberosSource source) {
        this.source = source;
    }

    /**
     * What takes its tickets from a keytab, or without one from where the environment says.
     *
     * @throws IllegalArgumentException if the environment says it wrongly; the message says what to do
     */
    static NegotiateLogin of(@Nullable String principal, @Nullable Path keytab, Map<String, String> environment) {
        return new NegotiateLogin(KerberosSource.of(principal, keytab, environment));
    }

    @Override
    public String scheme() {
        return "negotiate";
    }

    @Override
    public String words() {
        return "by Kerberos " + source.words();
    }

    @Override
    public byte[] shown(String proxy, Instant deadline) throws KerberosException {
        byte[] token = within(deadline, () -> kerberos().token(proxy));
        byte[] encoded = Base64.getEncoder().encode(token);
        byte[] shown = OutboundProxy.joined(SCHEME, encoded);
        Arrays.fill(token, (byte) 0);
        Arrays.fill(encoded, (byte) 0);
        return shown;
    }

    /**
     * Gets a token for a proxy, and shows it to nobody.
     *
     * @return whose ticket it is, for people
     */
    String rehearse(String proxy, Instant deadline) throws KerberosException {
        return within(deadline, () -> {
            kerberos().token(proxy);
            return "a ticket of " + kerberos().owner() + " for HTTP/" + proxy;
        });
    }

    private Kerberos kerberos() {
        Kerberos there = kerberos;
        if (there == null) {
            there = new Kerberos(source);
            kerberos = there;
        }
        return there;
    }

    /**
     * Does what may ask a KDC. The JDK waits for one 30 s three times, and then asks the next, whatever our deadline is: it goes on
     * behind that, for an interrupt would count against all KDCs, and keeps the ticket that it gets for the next connection.
     */
    private <T> T within(Instant deadline, Callable<T> work) throws KerberosException {
        try {
            if (!turn.tryAcquire(left(deadline), TimeUnit.NANOSECONDS)) {
                throw silent();
            }
            FutureTask<T> task = new FutureTask<>(work);
            Threads.startVirtual("kerberos", () -> {
                // It may be a plugin's, which would be kept in memory.
                Thread.currentThread().setContextClassLoader(NegotiateLogin.class.getClassLoader());
                try {
                    task.run();
                } finally {
                    turn.release();
                }
            });
            try {
                return task.get(left(deadline), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                throw silent();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KerberosException known) {
                throw known;
            }
            if (e.getCause() instanceof RuntimeException ofJdk) {
                throw new KerberosException("Kerberos fails by a defect: " + ofJdk + "; see whether " + source.words() + " is what other programs take", ofJdk);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts our threads", e);
        }
    }

    private static long left(Instant deadline) {
        return Math.max(0, Duration.between(Instant.now(), deadline).toNanos());
    }

    private KerberosException silent() {
        Kerberos asked = kerberos;
        return new KerberosException(new KerberosTrouble(source).silence(asked == null ? source.realm() : asked.realm()) + " in time" + KerberosTrouble.KDC);
    }

    /** The service's key may be a new one, which tickets that we have do not fit. */
    @Override
    public void refused() {
        Kerberos used = kerberos;
        if (used != null) {
            used.forget();
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NegotiateLogin login && login.source.equals(source);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }

    @Override
    public String toString() {
        return words();
    }
}
