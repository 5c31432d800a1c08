/** Problems in Spanish, by code. */

export const spanishProblems = {
  "problem.offline": "No hay conexión con el servidor. Comprueba tu red y vuelve a intentarlo.",
  "problem.cancelled": "Se canceló la conversión.",
  "problem.upload_refused":
    "No se admitió la subida. Vuelve a intentarlo; si falla otra vez, quizá el archivo es demasiado grande.",
  "problem.unreadable_file":
    "El archivo no se puede leer: se cambió o se movió, o es una carpeta. Borra esta entrada y vuelve a elegirlo.",
  "problem.internal": "Algo falló por nuestra parte. Vuelve a intentarlo en un momento.",
  "problem.unavailable": "Un servicio del que dependemos no responde. Vuelve a intentarlo en un momento.",
  "problem.unauthenticated": "Tu sesión terminó. Vuelve a entrar.",
  "problem.clock_skew":
    "Un reloj va mal: tu sesión empieza en el futuro. Espera un minuto; si sigue igual, contacta con quien lleva este servicio.",
  "problem.busy": "El servicio está ocupado. Vuelve a intentarlo en unos segundos.",
  "problem.request_timed_out": "La petición tardó demasiado en llegar. Comprueba tu red y vuelve a intentarlo.",
  "problem.origin_not_allowed": "El servicio no admite la dirección de esta página. Contacta con quien lleva este servicio.",
  "problem.host_not_allowed": "El servicio no admite la dirección de esta página. Contacta con quien lleva este servicio.",
  "problem.invalid_credentials":
    "El correo o la contraseña no son correctos. Revisa ambos o crea una cuenta.",
  "problem.email_taken": "Ya hay una cuenta con este correo. Entra con ella.",
  "problem.account_disabled": "Esta cuenta está desactivada. Contacta con quien lleva este servicio.",
  "problem.wrong_password": "La contraseña actual no es correcta.",
  "problem.recent_sign_in_required": "Escribe tu contraseña actual.",
  "problem.email_not_verified": "Verifica primero tu dirección: abre tu cuenta, arriba, y pide un correo.",
  "problem.mail_code_invalid": "Este enlace ya se usó o ha caducado. Pide otro correo.",
  "problem.sign_up_closed": "Este servicio no admite cuentas nuevas. Contacta con quien lo lleva.",
  "problem.sign_in_not_set_up":
    "Google no admite la entrada por un ajuste de este servicio. Contacta con quien lo lleva. ({message})",
  "problem.sign_in_unreachable":
    "El acceso de Google no responde. Comprueba tu red y si una extensión del navegador lo bloquea.",
  "problem.key_not_allowed": "Esta clave de API no puede hacer eso. Entra con tu cuenta o usa una clave que pueda escribir.",
  "problem.key_not_found": "Esta clave de API ya no existe.",
  "problem.too_many_keys": "Tienes todas las claves de API que puedes tener. Revoca una que ya no uses.",
  "problem.too_many_attempts": "Demasiados intentos. Espera {wait} y vuelve a intentarlo.",
  "problem.not_found": "Esta conversión ya no existe.",
  "problem.empty_file": "El archivo está vacío. Compruébalo y vuelve a elegirlo.",
  "problem.not_audio":
    "No es un archivo de audio en un formato admitido, diga lo que diga su nombre. Expórtalo como WAV, FLAC o MP3. ({message} {hint})",
  "problem.track_not_found":
    "El archivo no contiene esa pista de audio. Elige otra en «Pista de audio» o deja el campo vacío. ({message})",
  "problem.no_audio_stream": "El archivo no tiene audio: quizá es un vídeo mudo o una imagen. Elige otro.",
  "problem.truncated": "El archivo está incompleto: quizá se cortó al copiarlo. Sube una copia completa.",
  "problem.damaged": "Una parte del audio no se puede descodificar. Vuelve a exportarlo o sube otra copia.",
  "problem.encrypted": "El audio está protegido. Usa una copia sin protección.",
  "problem.too_large": "El archivo es demasiado grande. Divídelo, comprime antes WAV o AIFF como FLAC o elige un formato menor.",
  "problem.unsupported_encoding":
    "El archivo se comprimió al subirlo de una forma no admitida. Súbelo tal como está.",
  "problem.too_long":
    "El audio es demasiado largo. Divídelo en archivos más cortos.",
  "problem.too_many_streams": "El archivo contiene demasiadas pistas. Exporta solo el audio.",
  "problem.too_many_channels":
    "El audio tiene más de 8 canales sin disposición conocida. Exporta una mezcla de hasta 7.1.",
  "problem.no_room":
    "La conversión necesita demasiada memoria. Usa WAV, FLAC u Ogg, otro formato de salida, o un fragmento más corto.",
  "problem.nothing_left":
    "Con estas opciones no queda audio. Revisa «Empezar en», «Acabar en» y «Recortar el silencio».",
  "problem.output_mismatch":
    "El resultado no pasó nuestra comprobación. Si tu dispositivo reproduce el archivo, expórtalo allí como WAV o FLAC.",
  "problem.takes_too_long":
    "La conversión tardaría demasiado. Divide el archivo en partes o elige menos formatos a la vez.",
  "problem.timed_out": "La conversión tardó demasiado. Acorta el archivo o elige otro formato.",
  "problem.encoder_failed": "No se pudo descodificar el archivo. Si suena en tu propio equipo, expórtalo allí como WAV o FLAC.",
  "problem.attempts_exhausted":
    "La conversión falló varias veces. Es culpa nuestra, no del archivo: vuelve a intentarlo.",
  "problem.event_too_old":
    "La subida no se pudo procesar a tiempo. Es culpa nuestra, no del archivo: vuelve a intentarlo.",
  "problem.source_gone": "El archivo ya no está. Vuelve a elegirlo.",
  "problem.unknown_format":
    "El archivo se soltó en una carpeta de un formato que no existe. Suéltalo en otra carpeta.",
  "problem.bad_folder_options":
    "El sonube.json que acompaña al archivo no sirve. Corrígelo y vuelve a soltar el archivo.",
  "problem.task_limit_reached":
    "Este archivo se convirtió demasiadas veces. Vuelve a elegirlo para empezar de nuevo.",
  "problem.daily_limit_reached":
    "Llegaste a tu límite de conversiones de hoy. Vuelve a intentarlo pasada la medianoche UTC.",
  "problem.service_limit_reached":
    "El servicio llegó a su límite de conversiones de hoy. Vuelve a intentarlo pasada la medianoche UTC.",
  "problem.monthly_cap_reached":
    "Tu cuenta llegó a su límite de gasto de este mes. Volverá a funcionar el primer día del mes que viene.",
  "problem.service_cap_reached":
    "El servicio llegó a su límite de gasto de hoy. Vuelve a intentarlo pasada la medianoche UTC.",
  "problem.new_accounts_limit_reached":
    "Las cuentas nuevas agotaron su parte del servicio de hoy. Vuelve a intentarlo pasada la medianoche UTC.",
  "problem.max_cost_exceeded": "La conversión podría costar más que su límite. Elige menos formatos a la vez.",
  "problem.conversion_failed": "No se pudo convertir el archivo. Si suena en tu propio equipo, expórtalo allí como WAV o FLAC.",
  "problem.declared_too_large":
    "El archivo es mayor de lo que admite este servicio. Divídelo o comprímelo como FLAC.",
  "problem.declared_too_long": "El audio es más largo de lo que admite este servicio. Divídelo.",
  "problem.conflict": "No es posible en el estado actual. Espera un momento y vuelve a mirar.",
  "problem.quota_exceeded": "Llegaste a un límite de tu cuenta. Espera a que acaben algunas conversiones.",
  "problem.spending_cap_reached":
    "Tu cuenta llegó a su límite de gasto de este mes. Volverá a funcionar el primer día del mes que viene.",
  "problem.link_expired": "Este enlace ha caducado. Vuelve a cargar la página.",
  "problem.bad_request": "El servicio no entendió a la página. Vuelve a cargarla e inténtalo otra vez.",
  "problem.forbidden": "Esta cuenta no puede hacer eso. Contacta con quien lleva este servicio.",
  "problem.precondition_failed":
    "La conversión ha cambiado entretanto. Míralo de nuevo e inténtalo otra vez.",
  "problem.already_exists": "Ya está ahí. Vuelve a cargar la página para verlo.",
  "problem.idempotency_key_in_use":
    "Este archivo se está enviando ahora mismo. Vuelve a intentarlo en unos segundos.",
  "problem.idempotency_key_reused":
    "Este archivo ya se envió para otra conversión. Borra esta entrada y vuelve a elegirlo.",
  "problem.body_too_large": "La petición es demasiado larga: acorta el nombre del archivo.",
  "problem.invalid_field": "El servicio no admite este valor: {field}. Cámbialo y vuelve a intentarlo.",
  "problem.malformed_body": "El servicio no entendió a la página. Vuelve a cargarla e inténtalo otra vez.",
  "problem.unsupported_media_type":
    "El servicio no entendió a la página. Vuelve a cargarla e inténtalo otra vez.",
  "problem.route_not_found":
    "El servicio no tiene lo que la página pide: quizá es más nuevo. Vuelve a cargarla.",
  "problem.method_not_allowed":
    "El servicio no tiene lo que la página pide: quizá es más nuevo. Vuelve a cargarla.",
  "problem.zip_too_large": "Los resultados superan los 4 GB de un ZIP. Usa «Descargar todas».",
};
