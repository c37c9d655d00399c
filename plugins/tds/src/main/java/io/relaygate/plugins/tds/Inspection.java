package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.TdsSettings.StatementLog;
import io.relaygate.plugins.tds.wire.Call;
import io.relaygate.plugins.tds.wire.LoginAnswer;
import io.relaygate.plugins.tds.wire.PacketHeader;
import io.relaygate.plugins.tds.wire.ResultSummary;
import io.relaygate.plugins.tds.wire.TdsVersion;
import io.relaygate.plugins.tds.wire.Token;
import io.relaygate.sdk.Connection;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at what goes between a client and its server after the login: requests are told of with what has become of them, and denied where the route only
 * reads. One request is answered after the other, so that whoever denies one knows that the server says nothing meanwhile.
 */
final class Inspection {

    private static final int SMALLEST_PACKET = 512;
    private static final int DENIED = 50403;
    private static final int SECURITY = 14;

    private final Session session;
    private final Statements statements;
    private final InstantSource clock;
    private final StatementLog log;
    private final boolean readOnly;
    private final String route;
    private final int version;
    private final String login;
    private final String firstDatabase;
    private volatile String database;
    private volatile @Nullable Running running;

    /** What the server was asked and has not answered. */
    private record Running(Map<String, String> facts, Instant begun) {}

    /**
     * Nothing looked at yet.
     *
     * @param version what the two speak
     * @param login who has logged in
     * @param database the one that the session begins in
     */
    Inspection(Session session, TdsSettings settings, Statements statements, InstantSource clock, String route, int version, String login, String database) {
        this.session = session;
        this.statements = statements;
        this.clock = clock;
        this.log = settings.statements();
        this.readOnly = settings.readOnly();
        this.route = route;
        this.version = version;
        this.login = login;
        this.firstDatabase = database;
        this.database = database;
    }

    /** Whether a route wants any of it. */
    static boolean isWanted(TdsSettings settings) {
        return settings.readOnly() || settings.statements() != StatementLog.NONE;
    }

    /** Carries both ways until the end. */
    void carry(Connection client, Connection server) throws IOException {
        Results results = new Results(server.in());
        OutputStream toClient = new Whole(client.out());
        WholePackets requests = new WholePackets(server, new Requests(server.out(), toClient));
        session.splice(
                new ConnectionOver(client) {
                    @Override
                    public OutputStream out() {
                        return toClient;
                    }
                },
                new ConnectionOver(requests) {
                    @Override
                    public InputStream in() {
                        return results;
                    }
                });
    }

    /** Two write to a client, but never at once. */
    private static final class Whole extends OutputStream {

        private final OutputStream under;

        Whole(OutputStream under) {
            this.under = under;
        }

        @Override
        public synchronized void write(int b) throws IOException {
            under.write(b);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            under.write(bytes, offset, length);
        }
    }

    private void record(Map<String, String> facts, Statements.Result result, int error, long rows, Duration took) {
        statements.statement(result, took.toNanos() / 1e9, rows, error);
        if (log == StatementLog.AUDIT) {
            facts.put("login", login);
            facts.put("result", result.label());
            facts.put("error", error == 0 ? "" : Integer.toString(error));
            facts.put("rows", Long.toString(rows));
            facts.put("durationMs", Long.toString(took.toMillis()));
            session.event("tds.statement", facts);
        }
    }

    /** Takes packets whole. */
    private final class Requests extends OutputStream {

        private final OutputStream toServer;
        private final OutputStream toClient;
        private final List<byte[]> held = new ArrayList<>();
        private @Nullable Asked asked;
        private int resets;

        Requests(OutputStream toServer, OutputStream toClient) {
            this.toServer = toServer;
            this.toClient = toClient;
        }

        @Override
        public void write(int b) {
            throw new IllegalStateException("packets come whole");
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] packet = Arrays.copyOfRange(bytes, offset, offset + length);
            int type = packet[0];
            if ((packet[1] & PacketHeader.RESETS) != 0) {
                database = firstDatabase;
            }
            if (!Asked.isOne(type)) {
                toServer.write(packet);
                return;
            }
            Asked now = asked;
            if (now == null || now.type() != type) {
                now = new Asked(type, TdsVersion.isFrom72(version));
                asked = now;
                packet[1] |= (byte) resets;
                resets = 0;
            }
            now.take(packet, length);
            boolean last = (packet[1] & PacketHeader.LAST) != 0;
            if (!readOnly) {
                if (last) {
                    run(now, log == StatementLog.AUDIT ? now.calls() : null);
                }
                toServer.write(packet);
            } else if (last) {
                held.add(packet);
                decide(now);
            } else if (now.isKept()) {
                held.add(packet);
            }
        }

        /** None but for the audit. The database is the one that it begins in: what it says itself comes later. */
        private Map<String, String> facts(Asked what, @Nullable List<Call> calls) {
            if (log != StatementLog.AUDIT) {
                return new HashMap<>();
            }
            Map<String, String> facts = what.facts(calls);
            facts.put("database", database);
            return facts;
        }

        private void run(Asked what, @Nullable List<Call> calls) {
            asked = null;
            running = new Running(facts(what, calls), clock.instant());
        }

        private void decide(Asked what) throws IOException {
            List<Call> calls = what.calls();
            String objection = calls == null ? "what is asked cannot be read" : ReadOnly.objection(calls);
            if (objection == null) {
                run(what, calls);
                for (byte[] packet : held) {
                    toServer.write(packet);
                }
            } else {
                asked = null;
                // A pool's wish for a fresh session goes with the next request.
                resets |= held.getFirst()[1] & PacketHeader.RESETS;
                record(facts(what, calls), Statements.Result.DENIED, DENIED, 0, Duration.ZERO);
                int kind = what.type() == PacketHeader.CALL ? Token.Done.CALL : Token.Done.STATEMENT;
                LoginAnswer.failure(kind, DENIED, 1, SECURITY, "RelayGate, route '" + route + "' only reads: " + objection + ".", "RelayGate", version)
                        .message().write(toClient, SMALLEST_PACKET);
            }
            held.clear();
        }
    }

    /** Sees packets as they pass, wherever they are cut. */
    private final class Results extends InputStream {

        private final InputStream under;
        private final byte[] header = new byte[PacketHeader.SIZE];
        private int have;
        private int left;
        private boolean last;
        private ResultSummary summary = fresh();
        private @Nullable Instant first;

        Results(InputStream under) {
            this.under = under;
        }

        private ResultSummary fresh() {
            return new ResultSummary(TdsVersion.isFrom72(version));
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = under.read(into, offset, length);
            int at = offset;
            while (at < offset + n) {
                at += left > 0 ? body(into, at, offset + n - at) : head(into, at, offset + n - at);
            }
            return n;
        }

        private int head(byte[] bytes, int at, int there) throws IOException {
            int n = Math.min(PacketHeader.SIZE - have, there);
            System.arraycopy(bytes, at, header, have, n);
            have += n;
            if (have == PacketHeader.SIZE) {
                PacketHeader packet = PacketHeader.of(ByteBuffer.wrap(header));
                left = packet.length() - PacketHeader.SIZE;
                last = packet.last();
                have = 0;
                if (first == null) {
                    first = clock.instant();
                }
                if (left == 0 && last) {
                    end();
                }
            }
            return n;
        }

        private int body(byte[] bytes, int at, int there) {
            int n = Math.min(left, there);
            summary.take(bytes, at, n);
            left -= n;
            if (left == 0 && last) {
                end();
            }
            return n;
        }

        private void end() {
            Running done = running;
            if (done != null) {
                running = null;
                Instant began = first == null ? done.begun() : first;
                done.facts().put("firstByteMs", Long.toString(Math.max(0, Duration.between(done.begun(), began).toMillis())));
                Statements.Result result = summary.failed() ? Statements.Result.FAILED : Statements.Result.DONE;
                record(done.facts(), result, summary.error(), summary.rows(), Duration.between(done.begun(), clock.instant()));
            }
            String changed = summary.database();
            database = changed == null ? database : changed;
            summary = fresh();
            first = null;
        }
    }
}
