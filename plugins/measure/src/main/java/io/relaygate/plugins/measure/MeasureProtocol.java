package io.relaygate.plugins.measure;

import io.relaygate.sdk.Protocol;
import io.relaygate.sdk.ProtocolHandler;
import io.relaygate.sdk.RouteContext;

/** Serves whoever measures the way to this gateway. */
final class MeasureProtocol implements Protocol<MeasureSettings> {

    @Override
    public String name() {
        return "measure";
    }

    @Override
    public Class<MeasureSettings> settings() {
        return MeasureSettings.class;
    }

    @Override
    public ProtocolHandler open(MeasureSettings settings, RouteContext context) {
        if (context.namesDestination()) {
            throw new IllegalArgumentException("measure connects to nothing: leave `to:` out");
        }
        return new MeasureHandler(settings);
    }
}
