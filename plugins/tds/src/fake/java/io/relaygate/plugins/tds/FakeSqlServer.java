package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.Login7;
import io.relaygate.plugins.tds.wire.Prelogin;
import io.relaygate.plugins.tds.wire.Routing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * As much of SQL Server as drivers need to log in and to be answered, on a port of the loopback: TLS as TDS 7 and 8 have it, logins, errors, redirects,
 * attention, bulk load. What it understands of SQL says {@link FakeAnswers}.
 */
public final class FakeSqlServer implements AutoCloseable {

    /** What a server can do about TLS. */
    public enum Tls {
        /** None. */
        NONE,
        /** What the client wants. */
        OPTIONAL,
        /** All of a session, as TDS 7 has it. */
        FORCED,
        /** TDS 8.0 alone. */
        STRICT
    }

    private final String name;
    private final Tls tls;
    private final @Nullable SSLContext context;
    private final ServerSocket socket;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, String> passwords = new ConcurrentHashMap<>();
    private final List<Prelogin> prelogins = new CopyOnWriteArrayList<>();
    private final List<Login7> logins = new CopyOnWriteArrayList<>();
    private final List<String> statements = new CopyOnWriteArrayList<>();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private volatile @Nullable Routing redirect;
    private volatile int loginError;
    private volatile int sspiWords;
    private volatile boolean forgetful;

    /**
     * Starts one.
     *
     * @param name by which it answers {@code select 'where'}
     * @param context with the certificate that it shows, null where it has no TLS
     */
    public FakeSqlServer(String name, Tls tls, @Nullable SSLContext context) throws IOException {
        this.name = name;
        this.tls = tls;
        this.context = context;
        this.socket = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().name("fake " + name).start(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                Socket client = socket.accept();
                open.add(client);
                Thread.ofVirtual().name("fake " + name + " session").start(() -> serve(client));
            }
        } catch (IOException e) {
            // It is closed.
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            new FakeSession(this, client).run();
        } catch (IOException e) {
            failures.add(String.valueOf(e));
        } catch (RuntimeException | Error e) {
            failures.add(String.valueOf(e));
            throw e;
        } finally {
            open.remove(client);
        }
    }

    /** Lets in who has this password, and from now on nobody without one. */
    public FakeSqlServer user(String user, String password) {
        passwords.put(user, password);
        return this;
    }

    /** Sends every client elsewhere from now on. */
    public void redirect(@Nullable Routing to) {
        redirect = to;
    }

    /** Answers every login with this error from now on; 0 for none. */
    public void loginError(int number) {
        loginError = number;
    }

    /** How many words of its own an integrated login takes. */
    public void sspiWords(int words) {
        sspiWords = words;
    }

    /** Keeps nothing of what clients say from now on, however much that is. */
    public void forget() {
        forgetful = true;
    }

    String name() {
        return name;
    }

    Tls tls() {
        return tls;
    }

    SSLContext context() {
        return Objects.requireNonNull(context);
    }

    @Nullable Routing redirect() {
        return redirect;
    }

    int loginError() {
        return loginError;
    }

    int sspiWords() {
        return sspiWords;
    }

    /** On the loopback. */
    public int port() {
        return socket.getLocalPort();
    }

    /** Where it is. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    boolean believes(Login7 login) {
        String password = passwords.get(login.text(Login7.Part.USER));
        return passwords.isEmpty() || (password != null && password.equals(new String(login.password())));
    }

    void heard(Prelogin prelogin) {
        keep(prelogins, prelogin);
    }

    void heard(Login7 login) {
        keep(logins, login);
    }

    void heard(String statement) {
        keep(statements, statement);
    }

    private <T> void keep(List<T> heard, T next) {
        if (!forgetful) {
            heard.add(next);
        }
    }

    /** What clients have said before their logins, in order. */
    public List<Prelogin> prelogins() {
        return prelogins;
    }

    /** The logins of clients, in order. */
    public List<Login7> logins() {
        return logins;
    }

    /** What clients have asked, in order. */
    public List<String> statements() {
        return statements;
    }

    /** What went wrong. */
    public List<String> failures() {
        return failures;
    }

    @Override
    public void close() throws IOException {
        socket.close();
        for (Socket client : open) {
            client.close();
        }
    }
}
