{{ metrics_outside_bounds('error') }}
