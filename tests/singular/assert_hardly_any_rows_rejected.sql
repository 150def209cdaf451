{{ config(severity='warn') }}

{{ rejected_share_above(
    'rejected_share_warn', at_most='rejected_share_error'
) }}
