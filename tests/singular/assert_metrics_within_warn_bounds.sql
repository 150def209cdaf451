{{ config(severity='warn') }}

{{ metrics_outside_bounds('warn') }}
