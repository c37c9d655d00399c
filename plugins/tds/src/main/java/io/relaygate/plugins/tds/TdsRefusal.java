package io.relaygate.plugins.tds;

import io.relaygate.plugins.tds.wire.LoginAnswer;
import io.relaygate.plugins.tds.wire.Token;
import io.relaygate.sdk.RefusedException;
import io.relaygate.sdk.RefusedException.Reason;

/**
 * A refusal as drivers understand it. What cannot become better by trying again has a number that no driver tries again for; what can has one for which
 * every driver does.
 *
 * @param number the error's: from 50000 on they are free for users
 * @param severity 11 to 16 mean the user, 17 that the server has too little of something
 */
record TdsRefusal(int number, int severity, String message) {

    static final int LOGIN_FAILED = 18456;

    private static final int NOT_FOUND = 50404;
    private static final int NOT_ALLOWED = 50403;
    private static final int MALFORMED = 50400;

    /** As Azure SQL says that a database is not available for the moment. */
    private static final int NOT_AVAILABLE = 40613;

    /** As Azure SQL says that it is too busy. */
    private static final int BUSY = 40501;

    private static final int SECURITY = 14;
    private static final int USER = 16;
    private static final int RESOURCES = 17;

    /** What is told of a refusal. */
    static TdsRefusal of(RefusedException why, String route) {
        String message = "RelayGate, route '" + route + "': " + why.getMessage();
        return switch (why.reason()) {
            case NOT_ALLOWED -> new TdsRefusal(NOT_ALLOWED, SECURITY, message + ".");
            case NOT_FOUND -> new TdsRefusal(NOT_FOUND, USER, message + ".");
            case MALFORMED -> new TdsRefusal(MALFORMED, USER, message + ".");
            case NO_SITE, NO_RELAY, UNREACHABLE -> new TdsRefusal(NOT_AVAILABLE, RESOURCES, message + ". Please retry the connection later.");
            case BUSY -> new TdsRefusal(BUSY, RESOURCES, message + ". Please retry after 10 seconds.");
        };
    }

    /** As every server says it, and no more than it. */
    static TdsRefusal loginFailed(String user) {
        return new TdsRefusal(LOGIN_FAILED, SECURITY, "Login failed for user '" + user + "'.");
    }

    /** Whoever is refused so and why, for the audit. */
    static RefusedException because(String why) {
        return new RefusedException(Reason.NOT_ALLOWED, why);
    }

    /**
     * As a server's answer.
     *
     * @param version what the client speaks
     */
    LoginAnswer answer(String gateway, int version) {
        return LoginAnswer.failure(Token.Done.STATEMENT, number, 1, severity, message, gateway, version);
    }
}
