package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.Call;
import io.relaygate.plugins.tds.wire.ResultSummary;
import io.relaygate.sdk.Session;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session's client asks and what becomes of it, told in its order: of an answer once it has been passed on, so that nobody waits for what is told.
 * One thread asks and another one answers.
 */
final class Exchanges {

    /** The error that a client is told whose request is denied. */
    static final int DENIED = 50403;

    private final Session session;
    private final Statements statements;
    private final InstantSource clock;
    private final boolean audit;
    private final String login;
    private final String firstDatabase;
    private final MessageDigest sha256 = sha256();
    private volatile String database;
    private volatile @Nullable Running running;
    private @Nullable Over untold;

    /** What the server was asked and has not answered. The database is the one that it begins in: what it says itself comes later. */
    private record Running(Asked asked, String database, Instant begun) {}

    /** What has been answered. */
    private record Over(Running what, ResultSummary answer, Instant firstByte, Instant ended) {}

    /**
     * Nothing asked yet.
     *
     * @param audit whether there is to be a record of each
     * @param login who has logged in
     * @param database the one that the session begins in
     */
    Exchanges(Session session, Statements statements, InstantSource clock, boolean audit, String login, String database) {
        this.session = session;
        this.statements = statements;
        this.clock = clock;
        this.audit = audit;
        this.login = login;
        this.firstDatabase = database;
        this.database = database;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The session is as after its login from now on. */
    void reset() {
        database = firstDatabase;
    }

    /** The server is about to get the last of a request. */
    void runs(Asked asked) {
        running = new Running(asked, database, clock.instant());
    }

    /** The server does not get a request. */
    synchronized void denied(Asked asked, @Nullable List<Call> calls) {
        tell();
        statements.statement(Statements.Result.DENIED, 0, 0, DENIED);
        if (audit) {
            record(asked.facts(calls, sha256), database, Statements.Result.DENIED, 0, DENIED, Duration.ZERO);
        }
    }

    /** The last of an answer has come, and is passed on next. */
    synchronized void answered(ResultSummary answer, Instant firstByte) {
        Running what = running;
        String changed = answer.database();
        if (changed != null) {
            database = changed;
        }
        if (what != null) {
            tell();
            running = null;
            untold = new Over(what, answer, firstByte, clock.instant());
        }
    }

    /** Tells of what was answered, if that has not been done. */
    synchronized void tell() {
        Over over = untold;
        if (over == null) {
            return;
        }
        untold = null;
        ResultSummary answer = over.answer();
        Statements.Result result = answer.failed() ? Statements.Result.FAILED : Statements.Result.DONE;
        Duration took = Duration.between(over.what().begun(), over.ended());
        long rows = answer.rows();
        int error = answer.error();
        statements.statement(result, took.toNanos() / 1e9, rows, error);
        if (audit) {
            Asked asked = over.what().asked();
            Map<String, String> facts = asked.facts(asked.calls(), sha256);
            facts.put("firstByteMs", Long.toString(Math.max(0, Duration.between(over.what().begun(), over.firstByte()).toMillis())));
            record(facts, over.what().database(), result, rows, error, took);
        }
    }

    private void record(Map<String, String> facts, String began, Statements.Result result, long rows, int error, Duration took) {
        facts.put("database", began);
        facts.put("login", login);
        facts.put("result", result.label());
        facts.put("error", error == 0 ? "" : Integer.toString(error));
        facts.put("rows", Long.toString(rows));
        facts.put("durationMs", Long.toString(took.toMillis()));
        session.event("tds.statement", facts);
    }
}
