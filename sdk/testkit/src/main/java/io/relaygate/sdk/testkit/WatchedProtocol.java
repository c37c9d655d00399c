package io.relaygate.sdk.testkit;

import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.Session;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A protocol whose handlers' defects are told to the test. All else goes to the protocol as it is, whatever an SDK adds to it. */
final class WatchedProtocol {

    private WatchedProtocol() {}

    /**
     * The protocol, watched.
     *
     * @param defects takes what has left a handler and should not have, with the session's id
     */
    static Protocol<?> of(Protocol<?> protocol, BiConsumer<String, Throwable> defects) {
        return proxy(Protocol.class, (method, arguments) -> {
            Object result = call(protocol, method, arguments);
            return result instanceof ProtocolHandler handler ? watched(handler, defects) : result;
        });
    }

    private static ProtocolHandler watched(ProtocolHandler handler, BiConsumer<String, Throwable> defects) {
        return proxy(ProtocolHandler.class, (method, arguments) -> {
            try {
                return call(handler, method, arguments);
            } catch (RuntimeException | Error e) {
                if (arguments != null && arguments.length == 1 && arguments[0] instanceof Session session) {
                    defects.accept(session.facts().id(), e);
                }
                throw e;
            }
        });
    }

    private interface Calls {
        @Nullable Object make(Method method, Object @Nullable [] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Calls calls) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> calls.make(method, arguments)));
    }

    private static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause();
            throw cause == null ? new IOException(e) : cause;
        }
    }
}
