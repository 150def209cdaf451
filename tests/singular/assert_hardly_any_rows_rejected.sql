{{ config(severity='warn') }}

{{ rejected_share_above('rejected_share_warn', stops=false) }}
