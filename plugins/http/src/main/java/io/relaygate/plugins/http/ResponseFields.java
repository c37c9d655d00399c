package io.relaygate.plugins.http;

import io.relaygate.plugins.http.rules.FieldRule;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.storage.Service;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the fields of the responses to one request.
 *
 * @param scope what counts where it goes
 * @param known of the request
 */
record ResponseFields(Scope scope, Known known) {

    /** The same where more is known of what becomes of the request. */
    ResponseFields of(Target target) {
        return new ResponseFields(target.scope(), known);
    }

    /** The same where it is known who asks. */
    ResponseFields of(Caller caller) {
        return new ResponseFields(scope, known.of(caller));
    }

    /** The storage service in whose form errors are told; null for plain words. */
    @Nullable Service service() {
        return scope.service();
    }

    /** Of one that a destination gives. */
    void ofDestination(ResponseHead answer) {
        apply(answer, false);
    }

    /** Of one that the gateway gives itself. */
    void ofGateway(ResponseHead answer) {
        apply(answer, true);
    }

    private void apply(ResponseHead answer, boolean own) {
        if (scope.cors() != null) {
            scope.cors().apply(answer.fields(), known, own);
        }
        if (scope.security() != null) {
            scope.security().apply(answer.fields(), known.https());
        }
        List<FieldRule> done = scope.rules().response().stream().map(Rules.Named::rule).filter(rule -> !own || rule.always()).toList();
        if (done.isEmpty()) {
            return;
        }
        Fields fields = answer.fields();
        Known all = known.with(new ResponseHead(answer.status(), answer.reason(), answer.version(), fields.copy(), answer.body()));
        for (FieldRule rule : done) {
            try {
                rule.apply(fields, all);
            } catch (MalformedException _) {
                // It has taken the field out. The request is over: nobody is helped by an error in the place of its response.
            }
        }
    }
}
