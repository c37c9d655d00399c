package io.relaygate.plugins.http;

import io.relaygate.plugins.http.rules.FieldRule;
import io.relaygate.plugins.http.rules.Known;
import io.relaygate.plugins.http.wire.Fields;
import io.relaygate.plugins.http.wire.MalformedException;
import io.relaygate.plugins.http.wire.ResponseHead;
import io.relaygate.sdk.Caller;
import java.util.List;

/**
 * What is done to the fields of the responses to one request.
 *
 * @param rules of the route
 * @param browsers what browsers are told
 * @param known of the request
 */
record ResponseFields(List<FieldRule> rules, Target.Browsers browsers, Known known) {

    /** The same where more is known of what becomes of the request. */
    ResponseFields of(Target target) {
        return new ResponseFields(rules, target.browsers(), known);
    }

    /** The same where it is known who asks. */
    ResponseFields of(Caller caller) {
        return new ResponseFields(rules, browsers, known.of(caller));
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
        if (browsers.cors() != null) {
            browsers.cors().apply(answer.fields(), known, own);
        }
        if (browsers.security() != null) {
            browsers.security().apply(answer.fields(), known.https());
        }
        List<FieldRule> done = own ? rules.stream().filter(FieldRule::always).toList() : rules;
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
